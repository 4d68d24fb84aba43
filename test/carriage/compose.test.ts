import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pathOf, readCompose, readText } from './configs.ts';

const { services, volumes, secrets } = readCompose();
const entries = Object.entries(services);
const ROOT_NEEDED = new Set(['volume-owner']);
const WRITES_BESIDE_ITSELF = new Set(['demo']);
/** Its registry could not be asked for a digest. */
const WITHOUT_DIGEST = new Set(['jaeger']);

test('every variable has a default, and .env.example names it with the same one', () => {
  const used = [...readText('docker-compose.yml').matchAll(/(?<!\$)\$\{(\w+)(?::-([^}]*))?\}/g)].map(([, name, value]) => [
    name,
    value,
  ]);
  const documented = [...readText('.env.example').matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]);
  expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(used));
});

test('every mounted file exists, read-only, and every volume and secret is declared', () => {
  for (const [name, service] of entries) {
    for (const volume of service.volumes ?? []) {
      const [source = '', , mode] = volume.split(':');
      if (source.startsWith('.')) expect([name, source, existsSync(pathOf(source)), mode]).toEqual([name, source, true, 'ro']);
      else expect(Object.keys(volumes)).toContain(source);
    }
    for (const secret of service.secrets ?? []) expect(Object.keys(secrets)).toContain(secret);
  }
});

test('secrets stay out of git, of the image and of the environment', () => {
  for (const file of ['.gitignore', '.dockerignore']) {
    const lines = readText(file).split('\n');
    expect(
      lines.some((line) => /^secrets\/?$/.test(line)),
      file,
    ).toBe(true);
    expect(lines, file).toContain('.env');
  }
  for (const [name, { environment = {} }] of entries) {
    const names = Object.keys(environment).filter((key) => /TOKEN|PASSWORD|SECRET/.test(key) && !key.endsWith('__FILE'));
    expect(names, name).toEqual([]);
  }
});

test.each(entries)('%s has only the rights it needs, and limits', (name, service) => {
  expect(service.cap_drop).toEqual(['ALL']);
  expect(service.security_opt).toEqual(['no-new-privileges:true']);
  expect(service.read_only).toBe(!WRITES_BESIDE_ITSELF.has(name));
  const user = service.user ?? (service.build ? /^\s*USER (\w+)$/m.exec(service.build.dockerfile_inline)?.[1] : undefined);
  if (!ROOT_NEEDED.has(name)) expect(user).toMatch(/^(?!0\b|root\b)\w+/);
  expect(Number(service.deploy?.resources.limits.cpus)).toBeGreaterThan(0);
  expect(service.deploy?.resources.limits.memory).toMatch(/^\d+[MG]$/);
  expect(service.logging?.options).toEqual({ 'max-size': '10m', 'max-file': '3' });
});

test.each(entries.filter(([, { image }]) => image !== undefined))('%s has a pinned image', (name, { image }) => {
  const digest = WITHOUT_DIGEST.has(name) ? '' : '@sha256:[0-9a-f]{64}';
  expect(image).toMatch(new RegExp(`^[\\w./-]+:v?\\d+\\.\\d+\\.\\d+${digest}$`));
});

test('the collector is the version that is built for the tests', () => {
  const version = /version: (\d+\.\d+\.\d+)/.exec(readText('otel-collector/builder.yaml'))?.[1];
  expect(services['otel-collector']?.image).toContain(`:${version}@`);
});

test('every port is published on the loopback interface only', () => {
  const published = entries.flatMap(([, { ports = [] }]) => ports);
  expect(published.length).toBeGreaterThan(5);
  expect(published.filter((port) => !/^127\.0\.0\.1:\d+:\d+$/.test(port))).toEqual([]);
});

test('a service waits only for services of its own profiles, and for health only where there is a check', () => {
  for (const [name, { profiles, depends_on: needed = {} }] of entries) {
    for (const [other, { condition }] of Object.entries(needed)) {
      const target = services[other];
      expect(target, `${name} needs ${other}`).toBeDefined();
      expect(
        profiles.filter((profile) => !target?.profiles.includes(profile)),
        `${name} needs ${other}`,
      ).toEqual([]);
      if (condition === 'service_healthy') expect(target?.healthcheck, other).toBeDefined();
    }
  }
});
