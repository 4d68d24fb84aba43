import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

const ROOT = new URL('../../', import.meta.url);

/** A path below the project. */
export function pathOf(file: string): string {
  return new URL(file, ROOT).pathname;
}

/** The text of a file of the project. */
export function readText(file: string): string {
  return readFileSync(pathOf(file), 'utf8');
}

/** A YAML or JSON file of the project, with merge keys resolved. */
export function readConfig(file: string): unknown {
  return parse(readText(file), { merge: true });
}

/** What docker-compose.yml says of one service, as far as the tests look at it. */
export interface Service {
  readonly image?: string;
  readonly build?: { readonly dockerfile_inline: string };
  readonly profiles: readonly string[];
  readonly user?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly secrets?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly logging?: { readonly options: Readonly<Record<string, string>> };
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly deploy?: { readonly resources: { readonly limits: { readonly cpus: string; readonly memory: string } } };
}

/** docker-compose.yml with its variables at their defaults. */
export function readCompose(): {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
} {
  const text = readText('docker-compose.yml').replace(/(?<!\$)\$\{\w+:-([^}]*)\}/g, '$1');
  return parse(text, { merge: true }) as ReturnType<typeof readCompose>;
}

/** A configuration of the collector or Jaeger as the program sees it: its `${env:NAME:-default}` resolved by an environment. */
export function readWithEnvironment(file: string, environment: Readonly<Record<string, string | number>> = {}): unknown {
  const text = readText(file).replace(/\$\{env:(\w+):-([^}]*)\}/g, (_, name: string, fallback: string) =>
    String(environment[name] ?? fallback),
  );
  return parse(text, { merge: true });
}
