import * as names from '../semconv.ts';
import { SPAN_DIGEST, findRepeated, logIdentity, pointIdentity, type Repeated } from './clickhouse-duplicates.ts';
import { mayRead, readHints, tablesIn } from './clickhouse-hints.ts';
import { retriedAttempts } from './clickhouse-outcome.ts';
import { METRIC_TABLES, type ExporterTables, type Reading, type RowKind } from './clickhouse-reading.ts';

type Query = (sql: string) => Promise<Record<string, unknown>[]>;

/** Facts older than this are asked for again; milliseconds. */
const KEPT_MS = 30_000;

/**
 * Answers what must be known of the rows before a query reads them, asking the database at most twice a minute: whether rows came twice,
 * which attempts were retried, whether pages were sampled. `mostNamed` bounds how many attempts are named in the text of a query.
 */
export function learnFacts(query: Query, tables: ExporterTables, mostNamed: number): (sql: string) => Promise<Reading> {
  const known = new Map<string, { readonly askedAt: number; readonly answer: Promise<unknown> }>();
  const learn = <T>(name: string, ask: () => Promise<T>): Promise<T> => {
    const fact = known.get(name);
    if (fact && performance.now() - fact.askedAt < KEPT_MS) return fact.answer as Promise<T>;
    const answer = ask();
    known.set(name, { askedAt: performance.now(), answer });
    answer.catch(() => known.delete(name));
    return answer;
  };
  return async (sql) => {
    const { condition, isNarrow } = readHints(sql, tables);
    const isRead = (column: string): boolean => mayRead(sql, column);
    const repeated: Partial<Record<RowKind, Repeated>> = {};
    for (const kind of isNarrow ? [] : kindsIn(sql, tables)) {
      repeated[kind] = await learn(kind, () => askRepeated(query, tables, kind));
    }
    const asksOutcome = tablesIn(sql).includes('pages') && isRead('outcome') && !isNarrow;
    return {
      ...tables,
      repeated,
      condition,
      isRead,
      hasWeights: !tables.hasKeyIndex || (isRead('weight') && (await learn('weights', () => askWeights(query, tables)))),
      retried: asksOutcome ? await learn('retried', () => askRetried(query, tables, mostNamed)) : null,
    };
  };
}

function kindsIn(sql: string, tables: ExporterTables): RowKind[] {
  const named = new Set(tablesIn(sql));
  const kinds = new Set<RowKind>();
  if (named.has('pages') || named.has('spans') || named.has('failures')) kinds.add('pages');
  if (named.has('stages') || named.has('spans') || named.has('failures')) kinds.add('stages');
  if ((named.has('logs') || named.has('labels')) && tables.logs) kinds.add('logs');
  if (named.has('metrics')) for (const type of METRIC_TABLES) if (tables.metrics[type]) kinds.add(type);
  return [...kinds];
}

function askRepeated(query: Query, tables: ExporterTables, kind: RowKind): Promise<Repeated> {
  if (kind === 'pages') return findRepeated(query, tables.traces, 'Timestamp', SPAN_DIGEST, `SpanName = '${names.SPAN_PAGE}'`);
  if (kind === 'stages') return findRepeated(query, tables.traces, 'Timestamp', SPAN_DIGEST, `SpanName <> '${names.SPAN_PAGE}'`);
  if (kind === 'logs') return findRepeated(query, tables.logs ?? '', 'Timestamp', logIdentity(tables));
  return findRepeated(query, tables.metrics[kind] ?? '', 'TimeUnix', pointIdentity(kind));
}

async function askWeights(query: Query, { traces }: ExporterTables): Promise<boolean> {
  const rows = await query(
    `SELECT 1 AS found FROM ${traces} WHERE mapContains(SpanAttributes, '${names.ATTR_SAMPLING_WEIGHT}') LIMIT 1`,
  );
  return rows.length > 0;
}

async function askRetried(query: Query, tables: ExporterTables, mostNamed: number): Promise<readonly string[] | null> {
  const attempts = retriedAttempts({ ...tables, condition: '' });
  const rows = await query(`SELECT DISTINCT toString(attempt) AS attempt FROM (${attempts}) retried LIMIT ${mostNamed + 1}`);
  return rows.length > mostNamed ? null : rows.map((row) => row['attempt'] as string);
}
