import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Server } from '../programs/monitoring.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const SOURCES = /\b(?:crawl|traces_span_metrics|otelcol|process|system|prometheus|alertmanager)_[a-z_]+\b/g;

/** Metrics that a program shows only once the thing has happened; test/chaos makes most of them happen. */
const ON_FAULT = new Set([
  'crawl_telemetry_dropped_total',
  'otelcol_exporter_enqueue_failed_spans_total',
  'otelcol_exporter_send_failed_log_records_total',
  'otelcol_exporter_send_failed_metric_points_total',
  'otelcol_exporter_send_failed_spans_total',
]);

/** The metrics that rules and dashboards read and nothing on the live scrape has. */
export async function missingMetrics(prometheus: Server): Promise<readonly string[]> {
  const response = await fetch(`${prometheus.url}/api/v1/label/__name__/values`);
  const live = new Set(((await response.json()) as { data: string[] }).data);
  const labels = new Set(((await (await fetch(`${prometheus.url}/api/v1/labels`)).json()) as { data: string[] }).data);
  const names = new Set(expressions().flatMap((expression) => withoutPatterns(expression).match(SOURCES) ?? []));
  if (names.size < 20) throw new Error(`only ${names.size} metrics found in rules and dashboards`);
  return [...names].filter((name) => !live.has(name) && !labels.has(name) && !ON_FAULT.has(name)).toSorted();
}

/** Every PromQL expression of the product. */
export function expressions(): readonly string[] {
  const rules = readdirSync(join(ROOT, 'prometheus/rules')).flatMap((file) => {
    const { groups } = parse(readFileSync(join(ROOT, 'prometheus/rules', file), 'utf8')) as {
      groups: { rules: { expr: string }[] }[];
    };
    return groups.flatMap((group) => group.rules.map(({ expr }) => expr));
  });
  const panels = readdirSync(join(ROOT, 'grafana/dashboards')).flatMap((file) => {
    const { panels: all } = JSON.parse(readFileSync(join(ROOT, 'grafana/dashboards', file), 'utf8')) as {
      panels: { targets: { expr?: string }[] }[];
    };
    return all.flatMap(({ targets }) => targets.flatMap(({ expr }) => expr ?? []));
  });
  return [...rules, ...panels];
}

/** Recorded names and quoted values are no names of scraped metrics; a pattern of names stands for its first name. */
function withoutPatterns(expression: string): string {
  return expression
    .replace(/\{__name__=~"([a-z_]+)[^"]*"/g, '$1{')
    .replace(/crawlscope:[\w:]+/g, '')
    .replace(/"[^"]*"/g, '');
}
