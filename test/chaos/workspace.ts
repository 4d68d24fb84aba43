import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startCollector, type Collector, type CollectorOptions } from '../programs/collector.ts';
import type { RunningProgram } from '../programs/process.ts';

/** A directory that goes when the test ends. */
export function makeWorkspace(): string {
  const directory = mkdtempSync(join(tmpdir(), 'crawlscope-chaos-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Stops a program when the test ends, before its directory goes. */
export function stopAtEnd<Program extends RunningProgram>(program: Program): Program {
  onTestFinished(async () => program.stop('SIGKILL'));
  return program;
}

/** A collector for one test, stopped when it ends. */
export async function collectorFor(options: CollectorOptions): Promise<Collector> {
  return stopAtEnd(await startCollector(options));
}

/** The sum of a counter or gauge of the collector about itself; 0 where it is not there. */
export async function selfMetric(collector: Collector, name: string, label = ''): Promise<number> {
  const text = await (await fetch(`http://${collector.selfAddress}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) && line.includes(label));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}
