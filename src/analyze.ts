export { CrawlscopeError } from './errors.ts';
export type * from './otlp/rows.ts';
export { ingestInto, openIngested, openStore, type OpenOptions } from './store/open.ts';
export type { IngestResult, Parameter, Store } from './store/store.ts';
export { TABLES, type Row, type TableName } from './store/tables.ts';
