import { SpanKind, type Attributes } from '@opentelemetry/api';
import { guard } from '../crawl/guard.ts';
import type { Instrumentation } from './instrumentation.ts';
import { libraryStage } from './library-stage.ts';
import { describeWrite } from './store-write.ts';
import { onResult, replaceExport, wrapMethod, type Wrapper } from './wrap.ts';

/** LanceDB: rows added, merged, updated and deleted are the store stage. */
export const lancedb: Instrumentation = {
  module: '@lancedb/lancedb',
  majors: [0],
  patch(exports) {
    return replaceExport(exports, ['connect'], onResult(instrumentConnection));
  },
};

/** The classes of connections and tables are not exported, so they are met in what `connect` and its connections give. */
function instrumentConnection(connection: object): void {
  const prototype = Object.getPrototypeOf(connection) as object;
  for (const name of ['openTable', 'createTable', 'createEmptyTable']) {
    wrapMethod(prototype, name, 'Connection', onResult(instrumentTable));
  }
}

/** Names of tables, and of the tables that builders write to: a table's own getter throws while a write is going on. */
const names = new WeakMap<object, string>();

function instrumentTable(table: object): void {
  const tableName = guard(() => (table as { name?: unknown }).name, undefined);
  if (typeof tableName === 'string') names.set(table, tableName);
  const prototype = Object.getPrototypeOf(table) as object;
  for (const name of ['add', 'update', 'delete']) {
    const before = ({ self, args }: { self: object; args: readonly unknown[] }): Attributes =>
      describeWrite('lancedb', names.get(self), name, name === 'add' ? args[0] : undefined);
    wrapMethod(prototype, name, 'Table', libraryStage<object>('store', { kind: SpanKind.CLIENT, before }));
  }
  wrapMethod(prototype, 'mergeInsert', 'Table', mergeInsert);
}

const mergeInsert: Wrapper = (original) =>
  function (...args) {
    const builder = original.apply(this, args) as object;
    guard(() => instrumentBuilder(builder, names.get(this as object)), undefined);
    return builder;
  };

/** Every step of the builder gives a new one; `execute` is on their prototype, the table's name is kept for each. */
function instrumentBuilder(builder: object, table: string | undefined): void {
  if (table !== undefined) names.set(builder, table);
  const prototype = Object.getPrototypeOf(builder) as object;
  for (const name of Object.getOwnPropertyNames(prototype)) {
    if (!name.startsWith('when') && !name.startsWith('use')) continue;
    wrapMethod(prototype, name, 'MergeInsertBuilder', keepTable);
  }
  const before = ({ self, args }: { self: object; args: readonly unknown[] }): Attributes =>
    describeWrite('lancedb', names.get(self), 'mergeInsert', args[0]);
  wrapMethod(prototype, 'execute', 'MergeInsertBuilder', libraryStage<object>('store', { kind: SpanKind.CLIENT, before }));
}

const keepTable: Wrapper = (original) =>
  function (...args) {
    const next = original.apply(this, args) as object;
    const table = names.get(this as object);
    if (table !== undefined) names.set(next, table);
    return next;
  };
