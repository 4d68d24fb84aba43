import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pathOf, readConfig, readText } from './configs.ts';

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource: { readonly uid: string };
  readonly targets: readonly {
    readonly expr?: string;
    readonly datasource: { readonly uid: string };
    readonly exemplar?: boolean;
  }[];
  readonly fieldConfig: { readonly defaults: { readonly links?: readonly { readonly url: string }[] } };
}

interface Dashboard {
  readonly uid: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string }[] };
}

const files = readdirSync(pathOf('grafana/dashboards'));
const dashboards = files.map((file) => [file, readConfig(`grafana/dashboards/${file}`) as Dashboard] as const);
const { datasources } = readConfig('grafana/provisioning/datasources/datasources.yml') as {
  datasources: { uid: string; jsonData: object }[];
};
const known = datasources.map(({ uid }) => uid);

test('there is a dashboard for the overview, one crawl, the semantic health and the collector', () => {
  expect(files).toEqual(['collector.json', 'crawl.json', 'overview.json', 'semantic-health.json']);
  expect(new Set(dashboards.map(([, { uid }]) => uid)).size).toBe(4);
});

test.each(dashboards)('%s: panels have their own place, and data sources that are provisioned', (_, { panels }) => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  for (const panel of panels) {
    expect(panel.gridPos.x + panel.gridPos.w, panel.title).toBeLessThanOrEqual(24);
    expect(known).toContain(panel.datasource.uid);
    for (const target of panel.targets) expect(known, panel.title).toContain(target.datasource.uid);
    const covered = panels.filter((other) => other !== panel && overlap(panel.gridPos, other.gridPos));
    expect(
      covered.map(({ title }) => title),
      panel.title,
    ).toEqual([]);
  }
});

test.each(dashboards)('%s: every variable in a query or link is declared', (file, { templating }) => {
  const declared = new Set(templating.list.map(({ name }) => name));
  const used = [...readText(`grafana/dashboards/${file}`).matchAll(/\$\{?(\w+)/g)].flatMap(([, name = '']) => name);
  expect(used.filter((name) => !declared.has(name) && !name.startsWith('__'))).toEqual([]);
});

test.each(dashboards.filter(([file]) => file !== 'collector.json'))('%s: panels lead to traces in Jaeger', (_, { panels }) => {
  const links = panels.flatMap(({ fieldConfig }) => fieldConfig.defaults.links ?? []);
  expect(links.filter(({ url }) => decodeURIComponent(url).includes('"datasource":"crawlscope-jaeger"')).length).toBeGreaterThan(
    0,
  );
  for (const { url } of links) {
    const pane = decodeURIComponent(new URL(url, 'http://grafana').searchParams.get('panes') ?? '');
    expect(() => JSON.parse(pane) as unknown, pane).not.toThrow();
  }
  expect(panels.some(({ datasource }) => datasource.uid === 'crawlscope-jaeger')).toBe(true);
});

test('an exemplar leads to its trace', () => {
  expect(datasources[0]?.jsonData).toMatchObject({
    exemplarTraceIdDestinations: [{ name: 'trace_id', datasourceUid: 'crawlscope-jaeger' }],
  });
  const targets = dashboards.flatMap(([, { panels }]) => panels.flatMap((panel) => panel.targets));
  expect(targets.some(({ exemplar }) => exemplar === true)).toBe(true);
});

test('every dashboard that an alert or Jaeger names exists', () => {
  const texts = [...readdirSync(pathOf('prometheus/rules')).map((file) => `prometheus/rules/${file}`), 'jaeger/ui.json'].map(
    readText,
  );
  const named = texts.join('\n').matchAll(/\/d\/([\w-]+)/g);
  const uids = dashboards.map(([, { uid }]) => uid);
  for (const [, uid] of named) expect(uids).toContain(uid);
});

function overlap(a: Panel['gridPos'], b: Panel['gridPos']): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
