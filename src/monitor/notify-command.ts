import { spawn } from 'node:child_process';
import { CrawlscopeError } from '../errors.ts';
import type { Channel } from './channels.ts';
import { DeliveryError } from './http-post.ts';
import { webhookPayload } from './notify-webhook.ts';

/** Runs a program (no shell) with the webhook payload as JSON on its standard input; exit 0 is success. */
export function commandChannel(name: string, command: readonly string[]): Channel {
  const [program, ...args] = Array.isArray(command) ? command : [];
  if (typeof program !== 'string') {
    throw new CrawlscopeError(
      'BAD_CHANNEL',
      `the command of ${name} is ${JSON.stringify(command)}`,
      'Give a list: ["./notify.sh", "argument"].',
    );
  }
  return {
    name,
    secrets: [],
    refresh: false,
    send: (messages, signal) => runProgram(program, args, JSON.stringify(webhookPayload(name, messages)), signal),
  };
}

function runProgram(program: string, args: readonly string[], input: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'pipe'], signal, killSignal: 'SIGKILL' });
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString('utf8')).slice(-300)));
    child.on('error', (error) =>
      reject(new DeliveryError(error.message, (error as NodeJS.ErrnoException).code !== 'ENOENT', { cause: error })),
    );
    child.on('close', (code, killedBy) => {
      if (code === 0) return resolve();
      reject(new DeliveryError(`${program} ended with ${killedBy ?? code}: ${complaint.trim()}`, true));
    });
    // A program that does not read its input closes the pipe; its exit code alone decides.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
