import { context, SpanKind } from '@opentelemetry/api';
import type { Instrumentation } from './instrumentation.ts';
import { libraryStage } from './library-stage.ts';
import { describeWrite } from './store-write.ts';
import { wrapMethod, type AnyFunction, type Wrapper } from './wrap.ts';

/** PostgreSQL with pgvector: a statement that plainly writes a vector is the store stage; all others stay as they are. */
export const pg: Instrumentation = {
  module: 'pg',
  majors: [8],
  patch({ Client, Pool, default: main }) {
    const fallback = (main ?? {}) as { Client?: unknown; Pool?: unknown };
    const [client, pool] = [Client ?? fallback.Client, Pool ?? fallback.Pool];
    if (typeof client === 'function') wrapMethod(client.prototype as object, 'query', 'Client', query);
    if (typeof pool === 'function') wrapMethod(pool.prototype as object, 'connect', 'Pool', connect);
  },
};

interface Statement {
  operation: string;
  table: string;
}

const WRITE = /^\s*(insert\s+into|update|merge\s+into)\s+(?:only\s+)?([\w."]+)/i;
const VECTOR_CAST = /::\s*(?:half|sparse)?vec(?:tor)?\b|\bas\s+(?:half|sparse)?vec(?:tor)?\b/i;
const VECTOR_VALUE = /^\[\s*-?\d[\d.eE+,\s-]*\]$/;

const query: Wrapper = (original) => {
  const store = libraryStage('store', {
    kind: SpanKind.CLIENT,
    before: ({ args }) => {
      const found = statementOf(args);
      return found ? describeWrite('postgresql', found.table, found.operation, undefined) : {};
    },
  });
  const staged = store(original);
  const promised = store(async function (this: unknown, ...args: unknown[]) {
    const callback = args.at(-1) as AnyFunction;
    return new Promise((resolve, reject) => {
      const settle: AnyFunction = (error, result) => {
        if (error) reject(error);
        else resolve(result);
        callback.call(undefined, error, result);
      };
      original.apply(this, [...args.slice(0, -1), settle]);
    });
  });
  return function (...args) {
    if (!statementOf(args)) return original.apply(this, args);
    if (typeof args.at(-1) !== 'function') return staged.apply(this, args);
    // The callback was told of a failure already.
    void (promised.apply(this, args) as Promise<unknown>).catch(() => undefined);
    return undefined;
  };
};

/** A pool calls back where a client is given up, which is another page's work: the query belongs to the one that asked. */
const connect: Wrapper = (original) =>
  function (...args) {
    const bound = args.map((arg) => (typeof arg === 'function' ? context.bind(context.active(), arg) : arg));
    return original.apply(this, bound);
  };

function statementOf([first, second]: readonly unknown[]): Statement | undefined {
  const config = typeof first === 'object' && first !== null ? (first as { text?: unknown; values?: unknown }) : { text: first };
  const { text } = config;
  if (typeof text !== 'string') return undefined;
  const [, operation = '', table = ''] = WRITE.exec(text) ?? [];
  if (!operation) return undefined;
  const given = config.values ?? second;
  const values = Array.isArray(given) ? (given as unknown[]) : [];
  const vector =
    VECTOR_CAST.test(text) || values.some((value) => typeof value === 'string' && VECTOR_VALUE.test(value.slice(0, 65_536)));
  if (!vector) return undefined;
  return { operation: operation.split(/\s/)[0]?.toUpperCase() ?? '', table: table.replaceAll('"', '') };
}
