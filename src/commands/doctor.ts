import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { escapeTerminal } from '../report/escape.ts';
import { SELF_CHECK, type SelfCheck, type Trap } from '../self-check.ts';
import type { CliCommand } from './command.ts';

interface Options {
  readonly json: boolean;
}

/** What the probe sends back; the check is missing where the register did nothing. */
interface Answer {
  readonly check?: SelfCheck;
  /** Modules that could not be loaded, and why. */
  readonly failed: Readonly<Record<string, string>>;
}

/** `crawlscope doctor`. */
export const doctor: CliCommand<Options> = {
  usage: 'doctor [modules...]',
  summary:
    'Start `crawlscope/register` here, load the libraries it knows (or the given modules) and tell what is instrumented, where telemetry goes and what stands in its way. Exits 1 when something does.',
  example: 'crawlscope doctor ./lib/extract.js',
  readsData: false,
  configure: (command) => void command.option('--json', 'print JSON', false),
  async run(io, { json }, modules) {
    const { check, failed, errors } = await probe(modules);
    const traps = [...(check?.traps ?? [explainSilence(errors)]), ...Object.entries(failed).map(explainFailure)];
    if (json) io.out(`${JSON.stringify({ ...check, traps }, null, 2)}\n`);
    else io.out(`${[...(check ? describe(check) : []), ...describeTraps(traps)].map(escapeTerminal).join('\n')}\n`);
    return traps.length > 0 ? 1 : 0;
  },
};

const REGISTER = new URL(import.meta.resolve('crawlscope/register')).href;
const LONGEST = 120_000;
/** Runs in the working directory, as an application would; it ends by a signal so that it leaves no telemetry behind. */
const PROBE = `(async () => {
  const check = () => globalThis[Symbol.for('${SELF_CHECK}')]?.();
  const given = process.argv.slice(1);
  const failed = {};
  const known = ['crawlee', ...(check()?.hooked ?? [])].filter((name) => !require('node:path').isAbsolute(name));
  for (const name of given.length > 0 ? given : known) {
    try {
      await import(name);
    } catch (error) {
      const absent = error?.code === 'ERR_MODULE_NOT_FOUND' && /'([^']+)'/.exec(error.message)?.[1];
      const installed = !absent || (name !== absent && !name.startsWith(absent + '/'));
      if (given.length > 0 || installed) failed[name] = String(error?.message ?? error);
    }
  }
  require('node:fs').writeSync(3, JSON.stringify({ check: check(), failed }));
  process.kill(process.pid, 'SIGKILL');
})()`;

async function probe(modules: readonly string[]): Promise<Answer & { errors: string }> {
  const args = ['--import', REGISTER, '--eval', PROBE, '--', ...modules];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    timeout: LONGEST,
    killSignal: 'SIGKILL',
  });
  const [answer, errors] = await Promise.all([
    text(child.stdio[3] as Readable),
    text(child.stderr as Readable),
    once(child, 'close'),
  ]);
  return { ...(answer === '' ? { failed: {} } : (JSON.parse(answer) as Answer)), errors };
}

function explainSilence(errors: string): Trap {
  if (process.env['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true')
    return {
      id: 'sdk_disabled',
      message: 'OTEL_SDK_DISABLED is true: nothing is recorded',
      nextStep: 'Unset OTEL_SDK_DISABLED.',
    };
  const old = /Node \S+ is too old, \S+ is needed/.exec(errors)?.[0];
  if (old !== undefined) return { id: 'old_node', message: old, nextStep: 'Run the crawler with a newer Node.' };
  const message = `crawlscope/register did not start: ${errors.trim().slice(0, 1000) || 'no answer'}`;
  return { id: 'not_started', message, nextStep: 'Correct what it says, then run `crawlscope doctor` again.' };
}

function explainFailure([name, why]: [string, string]): Trap {
  return { id: 'module_failed', message: `${name} cannot be loaded: ${why}`, nextStep: `Try \`node -e "import('${name}')"\`.` };
}

function describe(check: SelfCheck): string[] {
  const { config, directory, endpoint } = check;
  const libraries = Object.entries(check.libraries).map(([name, version]) => `${name} ${version ?? '(version unknown)'}`);
  const sum = (counts: Readonly<Record<string, number>>): number =>
    Object.values(counts).reduce((total, count) => total + count, 0);
  return [
    `crawlscope ${check.crawlscope}, Node ${check.node}, @opentelemetry/api ${check.api.version}`,
    `hooks      require, import (${check.esmHooks})`,
    `libraries  ${libraries.join(', ') || 'none found'}`,
    `patched    ${check.patched.join(', ') || 'nothing'}`,
    `config     ${config.path === null ? 'none' : `${config.path}, ${config.problems.length > 0 ? 'with problems' : 'valid'}`}`,
    ...(directory === null ? [] : [`files      ${directory}`]),
    ...(endpoint === null ? [] : [`OTLP       ${endpoint}`]),
    `items      ${sum(check.written)} written, ${sum(check.dropped)} dropped`,
    ...check.warnings.map((warning) => `warning    ${warning}`),
  ];
}

function describeTraps(traps: readonly Trap[]): string[] {
  if (traps.length === 0) return ['no trap found'];
  return traps.flatMap(({ id, message, nextStep }) => [`TRAP ${id}: ${message}`, `  ${nextStep}`]);
}
