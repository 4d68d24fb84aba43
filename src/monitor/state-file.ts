import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CrawlscopeError, errorMessage } from '../errors.ts';
import type { RuleState } from './rule-state.ts';

/** What is remembered between two runs. */
export interface MonitorState {
  readonly rules: Readonly<Record<string, RuleState>>;
  /** Ids of the alerts that each channel, by name, was told to be firing. */
  readonly told: Readonly<Record<string, readonly string[]>>;
}

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

/** Writes the state so that a crash leaves the old or the new file, never half of one. */
export async function writeState(file: string, state: MonitorState): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
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
