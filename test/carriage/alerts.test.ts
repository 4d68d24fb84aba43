import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pathOf, readConfig, readText } from './configs.ts';

interface Rule {
  readonly alert?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const alerts = readdirSync(pathOf('prometheus/rules')).flatMap((file) =>
  (readConfig(`prometheus/rules/${file}`) as { groups: { rules: Rule[] }[] }).groups
    .flatMap(({ rules }) => rules)
    .filter(({ alert }) => alert !== undefined),
);
const names = new Set(alerts.map(({ alert }) => alert));
const routes = readConfig('alertmanager/config.yml') as {
  route: { receiver: string; routes: { matchers: string[]; receiver: string }[] };
  inhibit_rules: { source_matchers: string[]; target_matchers: string[] }[];
  receivers: { name: string }[];
};

test.each(alerts)('$alert says how urgent it is, what is wrong and what to do', ({ labels, annotations }) => {
  expect(['page', 'ticket']).toContain(labels?.severity);
  for (const text of ['summary', 'description', 'action']) expect(annotations?.[text], text).toMatch(/\S/);
});

test('every alert has a unit test where it fires', () => {
  const tests = readdirSync(pathOf('prometheus/tests'))
    .map((file) => readText(`prometheus/tests/${file}`))
    .join('\n');
  expect([...names].filter((name) => !new RegExp(`ALERTS\\{[^}]*alertname=\\\\?"${name}\\\\?"`).test(tests))).toEqual([]);
});

test('every severity has a route to a receiver that exists', () => {
  const receivers = routes.receivers.map(({ name }) => name);
  for (const severity of new Set(alerts.map(({ labels }) => labels?.severity))) {
    const route = routes.route.routes.find(({ matchers }) => matchers.includes(`severity="${severity}"`));
    expect(receivers).toContain(route?.receiver);
  }
  expect(receivers).toContain(routes.route.receiver);
});

test('an alert that inhibits others exists', () => {
  const named = routes.inhibit_rules
    .flatMap((rule) => [...rule.source_matchers, ...rule.target_matchers])
    .flatMap((matcher) => /^alertname="(.*)"$/.exec(matcher)?.[1] ?? []);
  expect(named.length).toBeGreaterThan(3);
  expect(named.filter((name) => !names.has(name))).toEqual([]);
});
