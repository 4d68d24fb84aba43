import { LOG_LABEL, SPAN_RUN } from '../semconv.ts';
import { TABLES, type TableName } from './tables.ts';

const SPAN_TABLES = ['span_pages', 'span_stages', 'span_others'] as const;

/** The statements that define the tables of `tables.ts` over the tables on disk. */
export function viewStatements(): string[] {
  return [spansView(), pagesView(), stagesView(), runsView(), metricsView(), logsView(), labelsView()];
}

function view(name: TableName, expressions: Readonly<Record<string, string>>, from: string): string {
  const columns = Object.keys(TABLES[name]).map((column) =>
    expressions[column] ? `${expressions[column]} AS ${column}` : column,
  );
  return `CREATE OR REPLACE VIEW ${name} AS SELECT ${columns.join(', ')} FROM ${from}`;
}

function spansView(): string {
  const columns = Object.keys(TABLES.spans).map((column) => (column === 'resource' ? 'resource_id' : column));
  const all = SPAN_TABLES.map((table) => `SELECT ${columns.join(', ')} FROM ${table}`).join(' UNION ALL ');
  return view('spans', { resource: 'r.resource' }, `(${all}) s LEFT JOIN resources r ON r.id = s.resource_id`);
}

function pagesView(): string {
  const outcome = `CASE WHEN status <> 2 THEN 'ok'
    WHEN (trace_id, retry) IN (SELECT (trace_id, retry) FROM retried_attempts) THEN 'retried' ELSE 'failed' END`;
  return view('pages', { outcome }, 'span_pages');
}

function stagesView(): string {
  return view('stages', {}, 'span_stages');
}

function runsView(): string {
  return view(
    'runs',
    {
      run_id: attribute('crawl.run.id'),
      classification_method: attribute('crawl.classification.method'),
      threshold: `TRY_CAST(${attribute('crawl.threshold.value')} AS DOUBLE)`,
      config_hash: attribute('crawl.config.hash'),
      random_seed: `TRY_CAST(${attribute('crawl.random_seed')} AS BIGINT)`,
    },
    `span_others s LEFT JOIN resources r ON r.id = s.resource_id WHERE s.name = '${SPAN_RUN}'`,
  );
}

function metricsView(): string {
  return view('metrics', {}, 'metric_points');
}

function logsView(): string {
  return view('logs', {}, 'log_records');
}

function labelsView(): string {
  return view(
    'labels',
    {
      url: attribute('url.full'),
      verdict: attribute('crawl.label.verdict'),
      reason: attribute('crawl.label.reason'),
      corrected_category: attribute('crawl.label.corrected_category'),
      corrected_tags: `TRY_CAST(json_extract(attributes, '$."crawl.label.corrected_tags"') AS VARCHAR[])`,
      corrected_by: attribute('crawl.label.corrected_by'),
      trace_id: `coalesce(${attribute('crawl.label.trace_id')}, trace_id)`,
    },
    `log_records WHERE event_name = '${LOG_LABEL}'`,
  );
}

function attribute(name: string): string {
  return `json_extract_string(attributes, '$."${name}"')`;
}
