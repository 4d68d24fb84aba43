import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startFront, type Front, type FrontOptions } from './front.ts';

const VERSION = '3.4.0';
const HOME = join(homedir(), '.cache', 'crawlscope', 'chdb');

/** A connection to the engine, with settings and parameters of its own. */
export interface Session {
  query(sql: string, format?: string): string;
  queryStream(sql: string, options: { format: string }): AsyncIterable<{ raw(): Uint8Array }> & { cancel(): void };
  close(): void;
}

/** ClickHouse in this process, behind a server that speaks its HTTP interface. */
export interface Engine extends Front {
  /** Runs a statement with all rights. */
  run(sql: string): string;
  /** Another connection to the same data. */
  readonly connect: () => Session;
}

/** The cluster `pair`: two shards in this process that see the same tables; `shardNum()` in a view tells them apart. */
const CONFIG = `<clickhouse><tcp_port>9000</tcp_port><remote_servers><pair>
  <shard><replica><host>127.0.0.1</host><port>9000</port></replica></shard>
  <shard><replica><host>127.0.0.1</host><port>9000</port></replica></shard>
</pair></remote_servers></clickhouse>`;

/** Starts the engine; downloads it the first time (half a gigabyte, into the user's cache). One at a time runs in a process. */
export async function startEngine(options: FrontOptions & { readonly path?: string } = {}): Promise<Engine> {
  const manifest = join(HOME, 'node_modules', 'chdb', 'package.json');
  if (!existsSync(manifest)) {
    await promisify(execFile)('npm', ['install', '--prefix', HOME, '--no-audit', '--no-fund', `chdb@${VERSION}`]);
  }
  const { Session } = createRequire(manifest)('chdb') as { Session: new (path: string, options?: object) => Session };
  const folder = await mkdtemp(join(tmpdir(), 'crawlscope-chdb-'));
  const config = join(folder, 'config.xml');
  await writeFile(config, CONFIG);
  const path = options.path ?? join(folder, 'data');
  const owner = new Session(path, { connectionArgs: [`--config-file=${config}`] });
  const connect = (): Session => new Session(path);
  const front = await startFront(connect, options);
  return {
    ...front,
    connect,
    run: (sql) => owner.query(sql),
    close: async () => {
      await front.close();
      owner.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
