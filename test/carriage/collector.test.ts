import { expect, test } from 'vitest';
import { REDACTED_PARAMETERS } from '../../src/semconv.ts';
import { readText, readWithEnvironment } from './configs.ts';

interface Pipeline {
  readonly receivers: readonly string[];
  readonly processors?: readonly string[];
  readonly exporters: readonly string[];
}

interface Config {
  readonly receivers: {
    readonly otlp: { readonly protocols: Readonly<Record<string, { auth: object; max_request_body_size?: number }>> };
  };
  readonly exporters: Readonly<Record<string, { readonly rotation?: { readonly max_megabytes: number } }>>;
  readonly service: { readonly pipelines: Readonly<Record<string, Pipeline>> };
}

const overlays = ['config', 'tail-sampling', 'clickhouse'].map(
  (name) => readWithEnvironment(`otel-collector/${name}.yaml`) as Config,
);
const [config] = overlays as [Config];
const pipelines = overlays.flatMap(({ service }) => Object.entries(service.pipelines));

test.each(pipelines)('%s limits memory and redacts before anything else, or takes what was redacted', (_, pipeline) => {
  const { receivers, processors = [] } = pipeline;
  if (receivers.includes('otlp')) expect(processors.slice(0, 2)).toEqual(['memory_limiter', 'transform/redact']);
  else expect(receivers).toEqual(['forward/redacted']);
});

test('every receiver wants a token', () => {
  for (const protocol of Object.values(config.receivers.otlp.protocols))
    expect(protocol.auth).toEqual({ authenticator: 'bearertokenauth/server' });
});

test('what writes the record shares no pipeline with what can be away', () => {
  for (const [name, { exporters }] of pipelines) {
    const isRecord = exporters.some((exporter) => exporter.startsWith('file/'));
    const isRemote = exporters.some((exporter) => exporter.startsWith('otlp') || exporter === 'clickhouse');
    expect(isRecord && isRemote, name).toBe(false);
  }
});

test('only what may lose its copy is batched', () => {
  for (const [name, { exporters, processors = [] }] of pipelines)
    if (exporters.some((exporter) => exporter.startsWith('file/'))) expect(processors.join(), name).not.toContain('batch');
});

test('a request always fits into a file', () => {
  const body = config.receivers.otlp.protocols.http?.max_request_body_size ?? Infinity;
  for (const { rotation } of Object.values(config.exporters))
    if (rotation !== undefined) expect(rotation.max_megabytes * 2 ** 20).toBeGreaterThanOrEqual(4 * body);
});

test('the collector redacts every parameter that the crawler redacts', () => {
  const patterns = [...readText('otel-collector/config.yaml').matchAll(/"\(\?i\)\(\(\?:\^\|\[\?&;#\]\)\(\?:(.*?)\)=\)/g)].map(
    ([, names = '']) => names,
  );
  expect(patterns).toHaveLength(4);
  for (const names of patterns) {
    const pattern = new RegExp(`^(?:${names})$`, 'i');
    expect(REDACTED_PARAMETERS.filter((name) => !pattern.test(name))).toEqual([]);
  }
});
