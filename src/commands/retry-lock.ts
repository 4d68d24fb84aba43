import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import { CrawlscopeError } from '../errors.ts';

/** After a crash the next run has to wait this long; milliseconds. */
const STALE_MS = 30_000;

/**
 * Takes the lock of the retry queue of `folder` and returns its release; rejects with `RETRY_RUNNING` while another process holds
 * it. `onLost` is called where the lock was taken away, because this process hung for too long.
 */
export async function lockQueue(folder: string, onLost: () => void): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  try {
    return await lock(folder, { lockfilePath: join(folder, '.retry-embeddings.lock'), stale: STALE_MS, onCompromised: onLost });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
    throw new CrawlscopeError(
      'RETRY_RUNNING',
      `another run is retrying the embeddings of ${folder}`,
      `Wait until it is done; after a crash its lock expires in ${STALE_MS / 1000} seconds.`,
      { cause: error },
    );
  }
}
