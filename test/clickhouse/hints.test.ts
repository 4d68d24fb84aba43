import { expect, test } from 'vitest';
import { mayRead, readHints } from '../../src/store/clickhouse-hints.ts';
import type { ExporterTables } from '../../src/store/clickhouse-reading.ts';

const indexed = { hasKeyIndex: true, hasValueIndex: true } as ExporterTables;
const bare = { hasKeyIndex: false, hasValueIndex: false } as ExporterTables;

test('a trace and a URL narrow the spans down by the indexes', () => {
  expect(readHints('SELECT * FROM spans WHERE trace_id = $traceId ORDER BY start_us', bare)).toEqual({
    condition: ' AND TraceId = $traceId',
    isNarrow: true,
  });
  expect(readHints('SELECT trace_id FROM pages WHERE url = $url AND start_us > $afterUs GROUP BY trace_id', indexed)).toEqual({
    condition: ' AND has(mapValues(SpanAttributes), $url)',
    isNarrow: true,
  });
  expect(readHints('SELECT trace_id FROM pages WHERE url = $url', bare)).toEqual({ condition: '', isNarrow: false });
});

test('an attribute that must be there leaves out where it never is', () => {
  const sql = 'SELECT count(*) FROM stages WHERE start_us >= $from AND cache_hit IS NOT NULL GROUP BY 1';
  // `$from` is no FROM.
  expect(readHints(sql, indexed)).toEqual({ condition: " AND mapContains(SpanAttributes, 'crawl.cache.hit')", isNarrow: false });
  expect(readHints(sql, bare).condition).toBe('');
});

test.each([
  ['an alternative', 'SELECT 1 FROM pages WHERE trace_id = $id OR url = $url'],
  ['a negation', 'SELECT 1 FROM pages WHERE NOT trace_id = $id'],
  ['a case', 'SELECT 1 FROM pages WHERE CASE WHEN score IS NOT NULL THEN 1 END = 1 AND score IS NOT NULL'],
  ['a join', 'SELECT 1 FROM pages p JOIN stages s ON s.trace_id = p.trace_id WHERE trace_id = $id'],
  ['a query within', 'SELECT 1 FROM (SELECT * FROM pages WHERE trace_id = $id) one'],
  ['a column of a table that is named', 'SELECT 1 FROM pages p WHERE p.trace_id = $id'],
  ['a failure, which its event may tell of', 'SELECT 1 FROM failures WHERE url = $url AND content_hash IS NOT NULL'],
  ['a condition on what is selected alone', 'SELECT CASE WHEN score IS NOT NULL THEN 1 END FROM pages WHERE start_us > $from'],
])('%s tells nothing', (_, sql) => {
  expect(readHints(sql, indexed)).toEqual({ condition: '', isNarrow: false });
});

test('columns are read where they are named, and all of them by a star', () => {
  expect(mayRead('SELECT count(*) FROM pages WHERE start_us >= $length', 'length')).toBe(false);
  expect(mayRead('SELECT p.length FROM pages p', 'length')).toBe(true);
  for (const sql of ['SELECT * FROM pages', 'SELECT 1, p.* FROM pages p', 'SELECT *, 1 FROM pages']) {
    expect(mayRead(sql, 'length')).toBe(true);
  }
  expect(mayRead('SELECT 2 * score FROM pages', 'length')).toBe(false);
});
