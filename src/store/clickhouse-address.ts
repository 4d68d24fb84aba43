import { CrawlscopeError } from '../errors.ts';

/** Where a ClickHouse database is, and how to read it. */
export interface ClickHouseAddress {
  /** Base address of the HTTP interface, without secrets. */
  readonly url: string;
  readonly database: string;
  readonly username: string;
  readonly password: string;
  /** The cluster whose shards hold the tables; null where one server, or a distributed table, has it all. */
  readonly cluster: string | null;
  /** Tables of the collector's exporter. */
  readonly tables: { readonly traces: string; readonly logs: string; readonly metrics: string };
  /** How long a query may take; milliseconds. */
  readonly timeoutMs: number;
  /** How much memory of the server a query may take; bytes. */
  readonly memoryBytes: number;
}

const NEXT =
  'Give clickhouse://host[:port]/database, with options such as ?secure=true&cluster_name=main; user and password come from CLICKHOUSE_USER and CLICKHOUSE_PASSWORD.';
const OPTIONS = ['secure', 'cluster_name', 'traces_table', 'logs_table', 'metrics_table', 'timeout', 'memory'];
const TIMEOUT_S = 120;
const MEMORY_MB = 4000;

/** Reads a `clickhouse://` address; rejects with `BAD_STORE_ADDRESS`, never repeating a password. */
export function parseAddress(text: string, env: Readonly<Record<string, string | undefined>> = process.env): ClickHouseAddress {
  const address = URL.parse(text);
  if (!address?.hostname) throw bad('is no address');
  if (address.password !== '') throw bad('holds a password, which other users of the machine could see');
  const options = address.searchParams;
  const unknown = [...options.keys()].find((name) => !OPTIONS.includes(name));
  if (unknown !== undefined) throw bad(`has the unknown option ${JSON.stringify(unknown)}`);
  const timeout = Number(options.get('timeout') ?? TIMEOUT_S);
  if (!(timeout > 0)) throw bad(`has the time-out ${JSON.stringify(options.get('timeout'))}, not a number of seconds`);
  const memory = Number(options.get('memory') ?? MEMORY_MB);
  if (!(memory > 0)) throw bad(`has the memory ${JSON.stringify(options.get('memory'))}, not a number of megabytes`);
  const secure = options.get('secure') === 'true';
  const port = address.port || (secure ? '8443' : '8123');
  return {
    url: `${secure ? 'https' : 'http'}://${address.hostname}:${port}`,
    database: decodeURIComponent(address.pathname.slice(1)) || 'default',
    username: decodeURIComponent(address.username) || env['CLICKHOUSE_USER'] || 'default',
    password: env['CLICKHOUSE_PASSWORD'] ?? '',
    cluster: options.get('cluster_name'),
    tables: {
      traces: options.get('traces_table') ?? 'otel_traces',
      logs: options.get('logs_table') ?? 'otel_logs',
      metrics: options.get('metrics_table') ?? 'otel_metrics',
    },
    timeoutMs: timeout * 1000,
    memoryBytes: memory * 1e6,
  };
}

function bad(problem: string): CrawlscopeError {
  return new CrawlscopeError('BAD_STORE_ADDRESS', `the address of --store ${problem}`, NEXT);
}
