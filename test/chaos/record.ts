import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How often each span id stands in the trace files of a data directory, whole lines or not. */
export function spansOnDisk(dataDir: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const file of readdirSync(dataDir).filter((name) => name.startsWith('traces'))) {
    for (const [, id = ''] of readFileSync(join(dataDir, file), 'utf8').matchAll(/"spanId":"([\da-f]{16})"/g))
      counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

/** Shows a measured figure in the output of the suite, for docs/production.md. */
export function figure(name: string, values: Readonly<Record<string, number | string>>): void {
  console.log(
    `figure: ${name}: ${Object.entries(values)
      .map(([key, value]) => `${key} ${value}`)
      .join(', ')}`,
  );
}
