import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { programsDirectory } from '../programs/build.ts';
import { expressions } from './metric-names.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const run = promisify(execFile);
let scratch: string;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'crawlscope-tools-'));
});

afterAll(() => rmSync(scratch, { recursive: true }));

test('promtool accepts the configuration of Prometheus and its rules', async () => {
  const { stdout } = await run('promtool', ['check', 'config', join(ROOT, 'prometheus/prometheus.yml')]);
  expect(stdout).toContain('is valid prometheus config file syntax');
});

test.each(readdirSync(join(ROOT, 'prometheus/tests')))('the rule tests of %s pass in promtool', async (file) => {
  const { stdout } = await run('promtool', ['test', 'rules', join(ROOT, 'prometheus/tests', file)]);
  expect(stdout).toContain('SUCCESS');
});

test('amtool accepts the configuration of Alertmanager', async () => {
  const { stdout } = await run('amtool', ['check-config', join(ROOT, 'alertmanager/config.yml')]);
  expect(stdout).toContain('SUCCESS');
});

test.each([
  ['page', 'page'],
  ['ticket', 'ticket'],
  ['', 'page'],
])('an alert of severity "%s" goes to %s', async (severity, receiver) => {
  const config = `--config.file=${join(ROOT, 'alertmanager/config.yml')}`;
  const { stdout } = await run('amtool', [
    'config',
    'routes',
    'test',
    config,
    'alertname=Any',
    ...(severity ? [`severity=${severity}`] : []),
  ]);
  expect(stdout.trim()).toBe(receiver);
});

test('promtool can parse every query of the dashboards', async () => {
  const variables = { __rate_interval: '5m', __range: '1h', job: 'crawler', instance: '.*' };
  const rules = expressions().map((expression, at) => ({
    record: `dashboard:query:${at}`,
    expr: expression.replace(/\$(\w+)/g, (_, name: string) => variables[name as keyof typeof variables]),
  }));
  const file = join(scratch, 'queries.yml');
  writeFileSync(file, stringify({ groups: [{ name: 'dashboards', rules }] }));
  const { stdout } = await run('promtool', ['check', 'rules', file]);
  expect(stdout).toContain(`SUCCESS: ${rules.length} rules found`);
});

test.each([[[]], [['tail-sampling']], [['clickhouse']], [['tail-sampling', 'clickhouse']]])(
  'the collector accepts its configuration with the overlays %j',
  async (overlays) => {
    const files = ['config', ...overlays].flatMap((name) => ['--config', join(ROOT, `otel-collector/${name}.yaml`)]);
    await expect(run(join(programsDirectory(), 'otelcol-crawlscope'), ['validate', ...files])).resolves.toBeDefined();
  },
);

test('the reference parser accepts docker-compose.yml', async () => {
  const { stdout } = await run(join(programsDirectory(), 'compose-spec'), ['-format', 'json', 'docker-compose.yml'], {
    cwd: ROOT,
  });
  const project = JSON.parse(stdout) as { services: Record<string, { ports?: object[] }> };
  expect(Object.keys(project.services)).toHaveLength(9);
  expect(project.services['otel-collector']?.ports?.[1]).toMatchObject({ host_ip: '127.0.0.1', target: 4318, published: '4318' });
});

test('the reference parser refuses what is wrong', async () => {
  const file = join(scratch, 'compose.yml');
  writeFileSync(file, 'services: { a: { image: busybox, prots: ["80:80"] } }');
  await expect(run(join(programsDirectory(), 'compose-spec'), [file])).rejects.toThrow(/prots/);
});
