import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';

/** The machine as `key=value` strings: platform, processor, number of processors, memory in bytes. */
export function hardwareOf(): string[] {
  return [
    `platform=${platform()}-${arch()}`,
    `cpu=${cpus()[0]?.model.trim() ?? 'unknown'}`,
    `cpus=${availableParallelism()}`,
    `memory=${totalmem()}`,
  ];
}
