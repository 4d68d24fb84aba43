import { CrawlscopeError, errorMessage } from '../errors.ts';
import type { ClickHouseAddress } from './clickhouse-address.ts';

type Advice = readonly [code: string, problem: string, next: string];

/** Says what went wrong with a question to ClickHouse, and what to do about it. */
export function explainError(error: unknown, address: ClickHouseAddress): CrawlscopeError {
  if (error instanceof CrawlscopeError) return error;
  const message = (errorMessage(error).split('\n')[0] ?? '').replace(/\.?\s*$/, '');
  const [code, problem, next] = fromServer(codeOf(error), message, address) ?? fromNetwork(codeOf(error), message, address);
  return new CrawlscopeError(code, problem, next, { cause: error });
}

/** By the codes of ClickHouse: https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp */
function fromServer(code: string, message: string, address: ClickHouseAddress): Advice | undefined {
  const { url, database, username, cluster, timeoutMs, memoryBytes } = address;
  if (['192', '193', '194', '516'].includes(code)) {
    const problem = `${url} does not let the user ${username} in: there is no such user, or the password is wrong`;
    return ['STORE_LOGIN', problem, 'Set CLICKHOUSE_USER and CLICKHOUSE_PASSWORD.'];
  }
  if (code === '81') {
    return [
      'STORE_TABLES',
      `there is no database ${database} at ${url}`,
      "Correct --store; the exporter's default is clickhouse://host/default.",
    ];
  }
  if (code === '497') {
    const problem = `the user ${username} may not read what is asked at ${url}: ${message}`;
    return ['STORE_RIGHTS', problem, `Let an administrator run GRANT SELECT ON ${database}.* TO ${username}.`];
  }
  if (code === '701') {
    return [
      'STORE_TABLES',
      `there is no cluster ${cluster} at ${url}`,
      'Correct cluster_name; SELECT DISTINCT cluster FROM system.clusters lists them.',
    ];
  }
  if (code === '241') {
    const problem = `a question needs more than the ${memoryBytes / 1e6} MB of memory that it may take at ${url}`;
    return [
      'STORE_MEMORY',
      problem,
      'Ask for a shorter time (--week, --from), or raise the limit: clickhouse://...?memory=8000.',
    ];
  }
  if (code === '159' || code === '160') return timeout(url, timeoutMs);
  return undefined;
}

function fromNetwork(code: string, message: string, { url, timeoutMs }: ClickHouseAddress): Advice {
  if (/timeout/i.test(message)) return timeout(url, timeoutMs);
  if (code === 'ECONNREFUSED' || code === 'EHOSTUNREACH') {
    return [
      'STORE_DOWN',
      `nothing answers at ${url} (${code})`,
      'Start the server, or correct --store: its HTTP interface is meant, port 8123, or 8443 with ?secure=true.',
    ];
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return ['STORE_DOWN', `there is no host of this name: ${url} (${code})`, 'Correct the host in --store.'];
  }
  if (/CERT|SIGNATURE/.test(code)) {
    const next = 'Let Node.js trust its authority: NODE_EXTRA_CA_CERTS=/path/to/ca.pem crawlscope ...';
    return ['STORE_CERTIFICATE', `the certificate of ${url} is not trusted: ${message} (${code})`, next];
  }
  if (/^(?:EPROTO|ECONNRESET|HPE_|ERR_SSL)/.test(code) || /socket hang up/.test(message)) {
    const next =
      'Add ?secure=true where the port speaks HTTPS, leave it out where it does not; the native port 9000 is not meant.';
    return ['STORE_UNREADABLE', `${url} broke the connection off: ${message} (${code})`, next];
  }
  return [
    'STORE_UNREADABLE',
    `cannot read ${url}: ${message}`,
    'Check the address given with --store, and that it is a ClickHouse server.',
  ];
}

function timeout(url: string, timeoutMs: number): Advice {
  const next = 'Ask for a shorter time (--week, --from), or raise the limit: clickhouse://...?timeout=600.';
  return ['STORE_TIMEOUT', `${url} did not answer within ${timeoutMs / 1000} s`, next];
}

/** The code of an error, or of the one that an attempt at several addresses ended with. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
