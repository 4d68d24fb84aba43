import type { Attributes } from '../otlp/rows.ts';
import { jsonText } from './json-text.ts';

/** What the spans of a resource need of it. */
export interface ResourceFacts {
  readonly json: string;
  readonly service: string | null;
  readonly instance: string | null;
}

/** Numbers the resources of a block by what names each: its JSON text, or its attributes. */
export interface ResourceBook {
  readonly all: readonly ResourceFacts[];
  /** The number of a resource; `read` gives its attributes when it is met first. */
  numberOf(key: string | Attributes, read: () => Attributes): number;
}

export function startResources(): ResourceBook {
  const all: ResourceFacts[] = [];
  const numbers = new Map<string | Attributes, number>();
  return {
    all,
    numberOf: (key, read) => {
      const known = numbers.get(key);
      if (known !== undefined) return known;
      numbers.set(key, all.length);
      return all.push(describe(read())) - 1;
    },
  };
}

function describe(attributes: Attributes): ResourceFacts {
  const host = [attributes['host.name'], attributes['process.pid']].filter((part) => part !== undefined && part !== null);
  const instance = attributes['service.instance.id'] ?? (host.length > 0 ? host.join(':') : null);
  const service = attributes['service.name'];
  return {
    json: jsonText(attributes),
    service: service === undefined || service === null || service === '' ? null : String(service),
    instance: instance === null ? null : String(instance),
  };
}
