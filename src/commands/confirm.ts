import { createInterface } from 'node:readline/promises';

/**
 * Asks a yes or no question on the terminal. Where nobody can answer (a script, a pipe) the command line itself is the answer: yes.
 */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return true;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
