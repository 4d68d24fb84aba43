import type { Attributes } from '@opentelemetry/api';
import { page } from '../crawl/page.ts';
import { ATTR_DB_BATCH_SIZE, ATTR_DB_COLLECTION, ATTR_DB_OPERATION, ATTR_DB_SYSTEM, ATTR_EMBEDDING_ID } from '../semconv.ts';

/** Attributes of a write to a vector store; a single row with an `id` also gives the page its embedding id. */
export function describeWrite(system: string, collection: string | undefined, operation: string, rows: unknown): Attributes {
  const attributes: Attributes = { [ATTR_DB_SYSTEM]: system, [ATTR_DB_OPERATION]: operation };
  if (collection !== undefined) attributes[ATTR_DB_COLLECTION] = collection;
  if (!Array.isArray(rows)) return attributes;
  if (rows.length > 1) attributes[ATTR_DB_BATCH_SIZE] = rows.length;
  const id = rows.length === 1 ? idOf(rows[0]) : undefined;
  if (id !== undefined) {
    attributes[ATTR_EMBEDDING_ID] = id;
    page.result({ embeddingId: id });
  }
  return attributes;
}

function idOf(row: unknown): string | undefined {
  const id = typeof row === 'object' && row !== null ? (row as { id?: unknown }).id : row;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}
