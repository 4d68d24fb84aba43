import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { TROUBLE } from '../../examples/semantic-crawler/site.ts';
import { filesWith } from '../programs/collector.ts';
import { findTraces } from '../programs/jaeger.ts';
import { query } from '../programs/monitoring.ts';
import { missingMetrics } from './metric-names.ts';
import { runCli } from './cli.ts';
import { SERVICE, startStack, type Stack } from './stack.ts';

const SOON = { timeout: 60_000, interval: 500 };
let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(async () => {
  await stack?.close();
});

test('the trace of a retried page is found in Jaeger by its URL', async () => {
  const url = new URL(TROUBLE.flaky, stack.siteUrl).href;
  const [trace, ...others] = await vi.waitFor(async () => {
    const found = await findTraces(stack.jaeger, SERVICE, { tags: { 'url.full': url } });
    expect(found.length).toBeGreaterThan(0);
    return found;
  }, SOON);
  expect(others).toEqual([]);
  const names = trace?.spans.map(({ operationName }) => operationName) ?? [];
  expect(names.filter((name) => name === 'crawl.page')).toHaveLength(2);
  expect(new Set(names)).toEqual(
    new Set(['crawl.page', 'crawl.fetch', 'crawl.extract', 'crawl.classify', 'crawl.embed', 'crawl.store']),
  );
});

test('Prometheus has the metrics of the crawl and of its host', async () => {
  await vi.waitFor(async () => {
    const pages = await query(stack.prometheus, `sum(crawl_pages_total{job="${SERVICE}",crawl_outcome="ok"})`);
    expect(Number(pages[0]?.value[1])).toBeGreaterThan(90);
  }, SOON);
  for (const metric of ['crawl_page_duration_seconds_count', 'process_memory_usage', 'system_cpu_utilization'])
    expect(await query(stack.prometheus, `${metric}{job="${SERVICE}"}`), metric).not.toEqual([]);
});

test('an alert of a limit fires in Alertmanager and goes to its receiver', async () => {
  const alert = await vi.waitFor(async () => {
    const found = (await alerts()).find(({ labels }) => labels.alertname === 'CrawlCacheHitRate');
    expect(found).toBeDefined();
    return found;
  }, SOON);
  expect(alert).toMatchObject({ labels: { severity: 'ticket' }, status: { state: 'active' }, receivers: [{ name: 'ticket' }] });
  expect(alert?.annotations.description).toMatch(/^cache_hit_rate is 0[.\d]*; the limit is 0\.3/);
});

test('every metric in rules and dashboards exists on the live scrape', async () => {
  await vi.waitFor(async () => expect(await missingMetrics(stack.prometheus)).toEqual([]), SOON);
});

test('a Prometheus 3, which asks for names in UTF-8, gets the same names', async () => {
  for (const address of [stack.collector.metricsAddress, stack.collector.selfAddress]) {
    const scrapes = ['', ';escaping=allow-utf-8'].map(async (escaping) => {
      const response = await fetch(`http://${address}/metrics`, {
        headers: { accept: `application/openmetrics-text;version=1.0.0${escaping}` },
      });
      return new Set([...(await response.text()).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    });
    const [plain, utf8] = await Promise.all(scrapes);
    expect(plain?.size).toBeGreaterThan(5);
    expect(utf8).toEqual(plain);
  }
});

test('every target is scraped', async () => {
  await vi.waitFor(async () => {
    const up = await query(stack.prometheus, 'up');
    expect(Object.fromEntries(up.map(({ metric, value }) => [metric.job, value[1]]))).toEqual({
      alertmanager: '1',
      collector: '1',
      crawl: '1',
      jaeger: '1',
      prometheus: '1',
    });
  }, SOON);
});

test("Jaeger's Monitor tab is fed by Prometheus", async () => {
  const calls = new URLSearchParams({
    service: SERVICE,
    spanKind: 'consumer',
    ratePer: '600000',
    step: '5000',
    lookback: '600000',
  });
  await vi.waitFor(async () => {
    const answer = (await (await fetch(`${stack.jaeger.queryUrl}/api/metrics/calls?${calls}`)).json()) as { metrics: object[] };
    expect(answer.metrics).toHaveLength(1);
  }, SOON);
});

test('an exemplar of the span metrics is a trace that Jaeger has', async () => {
  const [from, to] = [-3600, 60].map((seconds) => String(Date.now() / 1000 + seconds)) as [string, string];
  const body = new URLSearchParams({
    query: 'traces_span_metrics_duration_seconds_bucket{span_name="crawl.page"}',
    start: from,
    end: to,
  });
  const response = await fetch(`${stack.prometheus.url}/api/v1/query_exemplars?${body}`);
  const { data } = (await response.json()) as { data: { exemplars: { labels: { trace_id: string } }[] }[] };
  const trace = data[0]?.exemplars[0]?.labels.trace_id;
  expect(trace).toMatch(/^[\da-f]{32}$/);
  await vi.waitFor(async () => expect((await fetch(`${stack.jaeger.queryUrl}/api/traces/${trace}`)).status).toBe(200), SOON);
});

test('the record of each signal is on disk, and no secret of the site is in it', async () => {
  const { dataDir } = stack.collector;
  expect(readdirSync(dataDir).toSorted()).toEqual(['logs.jsonl', 'metrics.jsonl', 'traces.jsonl']);
  for (const file of readdirSync(dataDir)) expect(statSync(join(dataDir, file)).size, file).toBeGreaterThan(100);
  expect(await filesWith(dataDir, '/trouble/members?token=REDACTED')).toEqual([join(dataDir, 'traces.jsonl')]);
  for (const directory of [dataDir, stack.ownFiles]) expect(await filesWith(directory, 'demo-secret-42')).toEqual([]);
  expect(JSON.stringify(await findTraces(stack.jaeger, SERVICE, { limit: 1000 }))).not.toContain('demo-secret-42');
});

test("the reader takes every line of the collector's files", async () => {
  const read: unknown = JSON.parse(await runCli(stack.directory, stack.collector.dataDir, ['ingest', '--json']));
  expect(read).toMatchObject({ duplicates: 0, skipped: [] });
});

test("the report on the collector's files is the report on the crawler's own files", async () => {
  const [carried, own] = await Promise.all([readReport(stack.collector.dataDir), readReport(stack.ownFiles)]);
  expect(carried.length).toBeGreaterThan(4);
  expect(carried).toEqual(own);
});

test("a page's trace on the collector's files is the one on the crawler's own files", async () => {
  const url = new URL(TROUBLE.flaky, stack.siteUrl).href;
  const [carried, own] = await Promise.all(
    [stack.collector.dataDir, stack.ownFiles].map(async (data) => runCli(stack.directory, data, ['trace', url, '--json'])),
  );
  expect(carried).toContain('crawl.embed');
  expect(carried).toBe(own);
});

/**
 * All of a report but two kinds of figures: those of the files themselves, whose names, sizes and number differ, and those of gauges,
 * which the crawler measures once for its files and once for the collector, at other moments.
 */
async function readReport(data: string): Promise<readonly object[]> {
  const report = JSON.parse(await runCli(stack.directory, data, ['report', '--format', 'json'])) as { sections: Section[] };
  return report.sections
    .filter(({ id }) => id !== 'storage' && id !== 'data_completeness')
    .map((section) => {
      if (section.id !== 'system_performance') return section;
      const figures = section.details.flatMap((detail) => detail.figures ?? []);
      return figures.filter(({ id }) => id === 'cache_hit_rate');
    });
}

interface Section {
  readonly id: string;
  readonly details: readonly { readonly figures?: readonly { readonly id: string }[] }[];
}

interface Alert {
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  readonly receivers: readonly { name: string }[];
  readonly status: { state: string };
}

async function alerts(): Promise<readonly Alert[]> {
  return (await (await fetch(`${stack.alertmanager.url}/api/v2/alerts`)).json()) as Alert[];
}
