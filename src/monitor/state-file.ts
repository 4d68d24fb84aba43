import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { lock } from 'proper-lockfile';
import { CrawlscopeError, errorMessage } from '../errors.ts';
import type { RuleState } from './rule-state.ts';

/** What is remembered between two runs. */
export interface MonitorState {
  readonly rules: Readonly<Record<string, RuleState>>;
  /** Ids of the alerts that each channel, by name, was told to be firing. */
  readonly told: Readonly<Record<string, readonly string[]>>;
}

const WAIT_SECONDS = 30;
/** A crashed check holds the lock for this long. */
const STALE_MS = 15_000;
const EMPTY: MonitorState = { rules: {}, told: {} };

/** The state file beside the data folder. */
export function stateFile(data: string): string {
  return join(dirname(data), 'monitor-state.json');
}

/** Reads the state; a missing file is an empty state, an unreadable one is `BAD_STATE` (starting afresh would repeat alerts). */
export async function readState(file: string): Promise<MonitorState> {
  try {
    return { ...EMPTY, ...(JSON.parse(await readFile(file, 'utf8')) as Partial<MonitorState>) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return EMPTY;
    throw new CrawlscopeError(
      'BAD_STATE',
      `cannot read ${file}: ${errorMessage(error)}`,
      'Delete the file: firing alerts are then sent once more.',
      {
        cause: error,
      },
    );
  }
}

/**
 * Hands the state to `work` and keeps the one it returns, while no other process can; two checks at once would send everything twice.
 * Rejects with `STATE_LOCKED` when another check takes longer than half a minute.
 */
export async function updateState<T>(
  file: string,
  work: (state: MonitorState) => Promise<readonly [T, MonitorState]>,
): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  const release = await lockState(file);
  try {
    const [result, state] = await work(await readState(file));
    await writeState(file, state);
    return result;
  } finally {
    await release();
  }
}

async function lockState(file: string): Promise<() => Promise<void>> {
  const retries = { retries: WAIT_SECONDS, minTimeout: 1000, maxTimeout: 1000 };
  return lock(dirname(file), { lockfilePath: `${file}.lock`, stale: STALE_MS, retries }).catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code !== 'ELOCKED') throw cause;
    throw new CrawlscopeError('STATE_LOCKED', `another check holds ${file}`, 'Wait until it is done, or use --no-notify.', {
      cause,
    });
  });
}

/** Leaves the old or the new file after a crash, never half of one. */
async function writeState(file: string, state: MonitorState): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = await open(temporary, 'w');
  try {
    await handle.writeFile(`${JSON.stringify(state, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}
