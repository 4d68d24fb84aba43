import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CliCommand, ExitCode, Io } from './commands/command.ts';
import { COMMANDS, type CommandEntry } from './commands/list.ts';
import { CrawlscopeError, missingPackage } from './errors.ts';

/** Runs one command line and resolves to the exit code; never rejects, never exits by itself. */
export async function main(argv: readonly string[], io: Io = terminal()): Promise<ExitCode> {
  let code: ExitCode = 0;
  try {
    const program = await buildProgram(io, (result) => (code = result), chooseEntries(argv[0]));
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    io.progress('');
    io.err(describe(error));
    return 2;
  }
  return code;
}

/** Loading a command takes time: only those asked for, and all of them for help and for a name that is wrong. */
function chooseEntries(first: string | undefined): readonly CommandEntry[] {
  if (first === '--version' || first === '-V') return [];
  const asked = COMMANDS.filter(([name]) => name.split(' ')[0] === first);
  return asked.length > 0 ? asked : COMMANDS;
}

/** The command tree, of all commands unless some are picked; also what the CLI reference is generated from. */
export async function buildProgram(
  io: Io,
  done: (code: ExitCode) => void,
  entries: readonly CommandEntry[] = COMMANDS,
): Promise<Command> {
  const program = new Command('crawlscope')
    .description('OpenTelemetry for semantic web crawlers: trace every URL, watch the model, read the week.')
    .version(version())
    .exitOverride()
    // What follows a subcommand's name is its own, also where its parent is a command with the same options (`health history`).
    .enablePositionalOptions()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .showSuggestionAfterError()
    .showHelpAfterError('(run the command with --help to see its options)')
    .addHelpText('after', '\nExit codes: 0 done, 1 findings, 2 failure.\n');
  const commands = await Promise.all(entries.map(loadCommand));
  for (const command of commands) addCommand(program, command, io, done);
  for (const group of program.commands.filter((command) => command.description() === '')) {
    group.description(`${group.commands.map((command) => command.name()).join(', ')}: see crawlscope ${group.name()} --help`);
  }
  return program;
}

/** A command whose package an install with `--omit=optional` left out is listed all the same, and says so when it is run. */
async function loadCommand([name, load]: CommandEntry): Promise<CliCommand<never>> {
  try {
    return await load();
  } catch (error) {
    const missing = missingPackage(error);
    if (missing === undefined) throw error;
    return {
      usage: `${name} [arguments...]`,
      summary: missing.message,
      example: missing.nextStep,
      readsData: false,
      configure: (command) => void command.allowUnknownOption(),
      run: () => Promise.reject(missing),
    };
  }
}

function addCommand(program: Command, definition: CliCommand<never>, io: Io, done: (code: ExitCode) => void): void {
  const words = definition.usage.split(' ');
  const firstArgument = words.findIndex((word) => /^[<[]/.test(word));
  const names = firstArgument < 0 ? words : words.slice(0, firstArgument);
  const parent = names.slice(0, -1).reduce((at, name) => at.commands.find((c) => c.name() === name) ?? at.command(name), program);
  const command = parent.command([names.at(-1), ...words.slice(names.length)].join(' '));
  command.description(definition.summary).addHelpText('after', `\nExample:\n  ${definition.example}\n`);
  definition.configure?.(command);
  if (definition.readsData !== false) addDataOptions(command);
  command.action(async () => {
    done(await definition.run(io, command.opts<never>(), command.processedArgs.flat() as string[]));
  });
}

function addDataOptions(command: Command): void {
  const home = process.env['CRAWLSCOPE_DIR'] || '.crawlscope';
  command
    .addOption(new Option('--data <dir>', 'folder of OTLP files, searched at any depth').default(join(home, 'otlp')))
    .addOption(new Option('--store <path>', 'DuckDB file (or clickhouse://host/db)').default(join(home, 'store.duckdb')))
    .option('--json', 'print JSON', false)
    .addOption(
      new Option('--now <time>', 'pretend that this is the current time (ISO 8601)')
        .argParser(parseTime)
        .default(Date.now() * 1000, 'now'),
    );
}

function parseTime(text: string): number {
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) throw new InvalidArgumentError('Give a time such as 2026-11-23T09:00:00Z.');
  return milliseconds * 1000;
}

function describe(error: unknown): string {
  if (error instanceof CrawlscopeError) return `crawlscope: ${error.message}\n  ${error.nextStep}\n`;
  return `crawlscope: unexpected error, please report it\n${error instanceof Error ? error.stack : String(error)}\n`;
}

function terminal(): Io {
  process.stdout.on('error', exitOnClosedPipe);
  const live = process.stderr.isTTY === true;
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    colors: process.stdout.isTTY === true && !process.env['NO_COLOR'],
    progress: (text) => void (live && process.stderr.write(`\r\u001B[2K${text}`)),
  };
}

/** The reader of a pipe (`| head`) has seen enough; that is no failure. */
function exitOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
