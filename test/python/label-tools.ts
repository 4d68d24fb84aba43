import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

// Argilla imports requests without asking for it.
const REQUIREMENTS = ['datasets==5.2.0', 'argilla==2.8.0', 'cleanlab==2.9.0', 'pandas==3.1.1', 'requests==2.34.2'];
const run = promisify(execFile);

/** Runs Python code with the label tools installed, in an environment that is kept from one run to the next. */
export async function runPython(code: string, ...args: readonly string[]): Promise<string> {
  const python = await installTools();
  const env = { ...process.env, HF_DATASETS_OFFLINE: '1', HF_HUB_OFFLINE: '1', TRANSFORMERS_OFFLINE: '1' };
  const { stdout } = await run(python, ['-c', code, ...args], { env, maxBuffer: 16 * 1024 * 1024 });
  return stdout.trim();
}

async function installTools(): Promise<string> {
  const version = createHash('sha256').update(REQUIREMENTS.join()).digest('hex').slice(0, 8);
  const folder = join(homedir(), '.cache', 'crawlscope', 'python', `label-tools-${version}`);
  const python = join(folder, 'bin', 'python');
  const done = join(folder, 'installed');
  if (await exists(done)) return python;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await run('python3', ['-m', 'venv', folder]);
  await run(python, ['-m', 'pip', 'install', '--quiet', ...REQUIREMENTS], { maxBuffer: 16 * 1024 * 1024 });
  await writeFile(done, REQUIREMENTS.join('\n'));
  return python;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
