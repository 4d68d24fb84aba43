import { execFileSync } from 'node:child_process';

const SCRIPT = new URL('../../scripts/build-programs.sh', import.meta.url).pathname;

/** Where the built programs are; builds nothing. */
export function programsDirectory(): string {
  return execFileSync(SCRIPT, ['--path'], { encoding: 'utf8' }).trim();
}

/** Called by vitest before the suite: builds what is missing. */
export function setup(): void {
  execFileSync(SCRIPT, { stdio: ['ignore', 'ignore', 'inherit'] });
}
