import type { IngestResult, Store } from './store.ts';

/** Every stretch of the files that could not be read, by the latest ingest and by earlier ones. */
export async function loadSkipped(store: Store & { readonly ingested: IngestResult }): Promise<IngestResult['skipped']> {
  if (store.engine !== 'duckdb') return store.ingested.skipped;
  const kept = await store.query<IngestResult['skipped'][number]>(
    'SELECT file, byte_offset AS "offset", reason, bytes FROM skipped_stretches ORDER BY file, byte_offset',
  );
  const known = new Set(kept.map((stretch) => `${stretch.offset} ${stretch.file}`));
  return [...kept, ...store.ingested.skipped.filter((stretch) => !known.has(`${stretch.offset} ${stretch.file}`))];
}
