import { readFileSync } from 'node:fs';

const DOCS = new URL('../../docs/clickhouse.md', import.meta.url);

/** The statements of docs/clickhouse.md that give attributes columns of their own, for the table of that name. */
export function columnStatements(table: string): string[] {
  const [, sql = ''] = /```sql\n(ALTER TABLE[\s\S]*?)```/.exec(readFileSync(DOCS, 'utf8')) ?? [];
  // What was stored before has to have them when the next statement reads it.
  return sql
    .split(';\n')
    .filter((statement) => statement.trim() !== '')
    .map((statement) => `${statement.replaceAll('otel_traces', table)} SETTINGS mutations_sync = 1`);
}
