import { readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { metrics, type ObservableResult } from '@opentelemetry/api';
import { storeSize } from '../crawl/gauges.ts';
import { METRIC_PROCESS_COUNT, SCOPE_NAME } from '../semconv.ts';

const SIZE_AGE = 30_000;

/** Observes the processes of this crawl: this one and, where the system tells, its descendants (browsers, workers). */
export function observeProcesses(): void {
  const gauge = metrics
    .getMeter(SCOPE_NAME)
    .createObservableGauge(METRIC_PROCESS_COUNT, { unit: '{process}', description: 'This process and its descendants' });
  gauge.addCallback((result: ObservableResult) => result.observe(1 + countDescendants(process.pid)));
}

/** Observes the size on disk of vector stores, given as system name and path. */
export function observeStores(stores: Readonly<Record<string, string>>): void {
  for (const [system, path] of Object.entries(stores))
    storeSize(
      system,
      cached(() => sizeOf(path)),
    );
}

/** Bytes of a file, or of all files below a folder. */
async function sizeOf(path: string): Promise<number> {
  const stats = await stat(path);
  if (!stats.isDirectory()) return stats.size;
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => {
      const file = await stat(join(entry.parentPath, entry.name)).catch(() => undefined);
      return file?.size ?? 0;
    });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

function countDescendants(pid: number, depth = 0): number {
  if (depth > 8) return 0;
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
    return children.reduce((sum, child) => sum + 1 + countDescendants(child, depth + 1), 0);
  } catch {
    return 0;
  }
}

function cached(measure: () => Promise<number>): () => Promise<number> {
  let value: Promise<number> | undefined;
  let at = 0;
  return () => {
    if (value === undefined || Date.now() - at > SIZE_AGE) {
      const measured = measure();
      at = Date.now();
      value = measured;
      // The store may not exist yet: a failure is not kept.
      measured.catch(() => {
        if (value === measured) value = undefined;
      });
    }
    return value;
  };
}
