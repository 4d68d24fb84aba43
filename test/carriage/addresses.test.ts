import { expect, test } from 'vitest';
import { readCompose, readConfig, readWithEnvironment } from './configs.ts';

const { services } = readCompose();
const collector = readWithEnvironment('otel-collector/config.yaml', services['otel-collector']?.environment) as {
  extensions: { health_check: { endpoint: string } };
  receivers: { otlp: { protocols: Record<'grpc' | 'http', { endpoint: string }> } };
  exporters: { prometheus: { endpoint: string }; 'otlp_grpc/jaeger': { endpoint: string } };
  service: { telemetry: { metrics: { readers: { pull: { exporter: { prometheus: { host: string; port: number } } } }[] } } };
};
const jaeger = readWithEnvironment('jaeger/config.yaml', services.jaeger?.environment) as {
  extensions: {
    healthcheckv2: { http: { endpoint: string } };
    jaeger_query: { http: { endpoint: string } };
    jaeger_storage: { metric_backends: { spm_store: { prometheus: { endpoint: string } } } };
  };
  receivers: { otlp: { protocols: { grpc: { endpoint: string } } } };
  service: { telemetry: { metrics: { readers: { pull: { exporter: { prometheus: { host: string; port: number } } } }[] } } };
};

/** Where each service listens inside the network, by its configuration or, without one here, by its image's default. */
const LISTENING: Readonly<Record<string, readonly string[]>> = {
  'otel-collector': [
    collector.extensions.health_check.endpoint,
    collector.receivers.otlp.protocols.grpc.endpoint,
    collector.receivers.otlp.protocols.http.endpoint,
    collector.exporters.prometheus.endpoint,
    selfMetrics(collector),
  ].map(openPort),
  jaeger: [
    jaeger.extensions.healthcheckv2.http.endpoint,
    jaeger.extensions.jaeger_query.http.endpoint,
    jaeger.receivers.otlp.protocols.grpc.endpoint,
    selfMetrics(jaeger),
  ].map(openPort),
  prometheus: ['9090'],
  alertmanager: ['9093'],
  grafana: ['3000'],
};

/** Every address that one part of the set-up has of another, with where it is written. */
const USED: readonly (readonly [string, string])[] = [
  ['collector to Jaeger', collector.exporters['otlp_grpc/jaeger'].endpoint],
  ['Jaeger to Prometheus', jaeger.extensions.jaeger_storage.metric_backends.spm_store.prometheus.endpoint],
  ...['crawl', 'collector', 'jaeger', 'alertmanager'].flatMap((name) =>
    (readConfig(`prometheus/targets/${name}.yml`) as { targets: string[] }[]).flatMap(({ targets }) =>
      targets.map((target) => [`scrape of ${name}`, target] as const),
    ),
  ),
  ...(
    readConfig('grafana/provisioning/datasources/datasources.yml') as { datasources: { name: string; url: string }[] }
  ).datasources.map(({ name, url }) => [`Grafana to ${name}`, url] as const),
  ...Object.entries(services).flatMap(([name, { healthcheck, environment = {} }]) => [
    ...(healthcheck?.test ?? []).filter((word) => word.startsWith('http')).map((url) => [`health of ${name}`, url] as const),
    ...Object.entries(environment).flatMap(([key, value]) =>
      String(value).startsWith('http:') ? [[`${name} ${key}`, String(value)] as const] : [],
    ),
  ]),
];

test.each(USED)('%s: %s is an address where a service listens', (where, address) => {
  const [, host = '', port = ''] = /^(?:http:\/\/)?([\w.-]+):(\d+)/.exec(address) ?? [];
  const service = host === '127.0.0.1' ? where.replace('health of ', '') : host;
  expect(LISTENING[service], `${service} of ${address}`).toContain(port);
});

test('what is published is what is listened to', () => {
  for (const [name, { ports = [] }] of Object.entries(services))
    for (const port of ports) expect(LISTENING[name], name).toContain(port.split(':').at(-1));
});

test('every address was found', () => {
  expect(USED.length).toBeGreaterThanOrEqual(15);
});

test('Prometheus reads every target file that exists for it', () => {
  const config = readConfig('prometheus/prometheus.yml') as { scrape_configs: { file_sd_configs: { files: string[] }[] }[] };
  const files = config.scrape_configs.flatMap((scrape) => scrape.file_sd_configs.flatMap((discovery) => discovery.files));
  for (const file of files) expect(readConfig(`prometheus/${file}`) as object[], file).toHaveLength(1);
});

function selfMetrics({ service }: { service: typeof collector.service }): string {
  const { host, port } = service.telemetry.metrics.readers[0]?.pull.exporter.prometheus ?? { host: '', port: 0 };
  return `${host}:${port}`;
}

/** A container is reached only where a program listens on all of its interfaces. */
function openPort(endpoint: string): string {
  const [host = '', port = ''] = endpoint.split(':');
  expect(host).toBe('0.0.0.0');
  return port;
}
