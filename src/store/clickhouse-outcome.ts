import * as names from '../semconv.ts';
import type { Reading } from './clickhouse-reading.ts';

/** The condition that a span is one of a crawl. */
export const IS_CRAWL = `startsWith(SpanName, 'crawl.')`;

/** SQL of a page's outcome, over its columns: a failed attempt counts as retried where another followed, or was to follow. */
export function outcomeOf(reading: Reading): string {
  const set = reading.retried ? reading.retried.join(', ') || 'NULL' : retriedAttempts(reading);
  const isRetried = reading.retried?.length === 0 ? '0' : `${attemptDigest('trace_id', 'retry')} GLOBAL IN (${set})`;
  return `CASE WHEN status <> 2 THEN 'ok' WHEN ${isRetried} THEN 'retried' ELSE 'failed' END`;
}

/** A query for the digests of all attempts that another followed, or whose failure says that one was to follow. */
export function retriedAttempts({ traces, layout, condition }: Pick<Reading, 'traces' | 'layout' | 'condition'>): string {
  const number = (column: string): string => `toInt64OrZero(ifNull(${layout.text(column, names.ATTR_RETRY_COUNT)}, ''))`;
  const retry = number('SpanAttributes');
  const [trace = ''] = / AND TraceId = \$\w+/.exec(condition) ?? [];
  return `SELECT ${attemptDigest('TraceId', `arrayJoin(range(toUInt64(least(${retry}, 1000))))`)} AS attempt FROM ${traces}
    WHERE SpanName = '${names.SPAN_PAGE}' AND ${retry} > 0 ${trace}
    UNION ALL
    SELECT ${attemptDigest('TraceId', number('event'))} AS attempt
    FROM ${traces} ARRAY JOIN CAST(Events.Name, 'Array(String)') AS event_name, Events.Attributes AS event
    WHERE ${IS_CRAWL} AND has(Events.Name, '${names.EVENT_EXCEPTION}') AND event_name = '${names.EVENT_EXCEPTION}'
      AND ${layout.text('event', names.ATTR_RETRY_SCHEDULED)} = 'true' ${trace}`;
}

function attemptDigest(trace: string, retry: string): string {
  return `cityHash64(${trace}, toInt64(${retry}))`;
}
