import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { writeLive } from '../monitor/live-data.ts';

const WAIT = { timeout: 60_000, interval: 200 };
const bin = fileURLToPath(new URL('../../bin/crawlscope.js', import.meta.url));
let folder: string;
let socket: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crawlscope-'));
  socket = join(folder, 'tmux');
  tmux('-f', '/dev/null', 'new-session', '-d', '-x', '100', '-y', '30', 'sh');
  await writeLive(join(folder, 'otlp'), 'news', [
    { url: 'https://a.example/fine' },
    { url: 'https://a.example/slow\u001B[2J\u001B]0;owned\u0007', error: 'timeout', seconds: 9 },
  ]);
});

afterEach(async () => {
  tmux('kill-server');
  await rm(folder, { recursive: true, force: true });
});

function tmux(...words: string[]): string {
  return execFileSync('tmux', ['-S', socket, ...words], { encoding: 'utf8' });
}
const shown = (): string => tmux('capture-pane', '-p');
const cursor = (): string => tmux('display-message', '-p', '#{cursor_flag} #{alternate_on}').trim();

async function start(): Promise<void> {
  tmux(
    'send-keys',
    `echo before; ${process.execPath} ${bin} monitor --data ${join(folder, 'otlp')} --interval 1; echo ended $?`,
    'Enter',
  );
  await vi.waitFor(() => expect(shown()).toContain('Slowest pages'), WAIT);
}

test('the screen shows pages and failures, follows the files, and gives the terminal back on q', async () => {
  await start();
  expect(shown()).toMatch(/news 4242 +up/);
  expect(shown()).toContain('timeout in fetch  https://a.example/slow\\u{1b}[2J');
  expect(shown()).not.toContain('before');
  expect(cursor()).toBe('0 1');
  await writeLive(join(folder, 'otlp'), 'news', [{ url: 'https://a.example/new', error: 'dns' }]);
  await vi.waitFor(() => expect(shown()).toContain('dns in fetch  https://a.example/new'), WAIT);
  tmux('send-keys', 'q');
  await vi.waitFor(() => expect(shown()).toContain('ended 0'), WAIT);
  expect(shown()).toContain('before');
  expect(cursor()).toBe('1 0');
  tmux('send-keys', 'echo typed', 'Enter');
  await vi.waitFor(() => expect(shown().match(/typed/g)).toHaveLength(2), WAIT);
});

test('the screen fits itself to a new size, however small', async () => {
  await start();
  tmux('resize-window', '-x', '60', '-y', '12');
  await vi.waitFor(() => expect(shown().trimEnd().split('\n').at(-1)).toMatch(/^q quits/), WAIT);
  expect(shown().trimEnd().split('\n')).toHaveLength(12);
  tmux('resize-window', '-x', '20', '-y', '3');
  await vi.waitFor(() => expect(shown().trimEnd().split('\n')).toHaveLength(3), WAIT);
  tmux('resize-window', '-x', '120', '-y', '40');
  await vi.waitFor(() => expect(shown()).toContain('Last failures'), WAIT);
});

test.each(['C-c', 'TERM', 'HUP'])('%s gives the terminal back too', async (way) => {
  await start();
  if (way === 'C-c') tmux('send-keys', 'C-c');
  else {
    const shell = tmux('display-message', '-p', '#{pane_pid}').trim();
    const child = execFileSync('ps', ['--ppid', shell, '-o', 'pid='], { encoding: 'utf8' }).trim();
    process.kill(Number(child), `SIG${way}`);
  }
  await vi.waitFor(() => expect(shown()).toContain('ended 0'), WAIT);
  expect(cursor()).toBe('1 0');
});
