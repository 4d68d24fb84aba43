import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { cutText } from './url.ts';

const TEXT_LIMIT = 8192;
const LIST_LIMIT = 256;
const NAME_LIMIT = 128;

/** A user's attributes without what OpenTelemetry cannot carry: other types are dropped, long text and lists are cut. */
export function cleanAttributes(attributes: Attributes): Attributes {
  const clean: Attributes = {};
  for (const key of Object.keys(attributes)) {
    const kept = cleanValue(attributes[key]);
    if (kept !== undefined && key !== '') clean[cleanName(key)] = kept;
  }
  return clean;
}

/** A user's name of an attribute, stage or run, as text of bounded length. */
export function cleanName(name: string): string {
  return cutText(typeof name === 'string' ? name : typeof name, NAME_LIMIT);
}

function cleanValue(value: unknown): AttributeValue | undefined {
  if (Array.isArray(value)) return cleanList(value.slice(0, LIST_LIMIT));
  return cleanScalar(value);
}

function cleanList(values: readonly unknown[]): AttributeValue | undefined {
  const kept = values.map(cleanScalar).filter((value) => value !== undefined);
  const type = typeof kept[0];
  return kept.filter((value) => typeof value === type);
}

function cleanScalar(value: unknown): string | number | boolean | undefined {
  if (typeof value === 'string') return cutText(value, TEXT_LIMIT);
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return typeof value === 'boolean' ? value : undefined;
}
