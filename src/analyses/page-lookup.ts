import { distance } from 'fastest-levenshtein';
import { REDACTED } from '../semconv.ts';
import { dialectOf } from '../store/dialect.ts';
import type { Store } from '../store/store.ts';

/** One visit to a URL: one trace. */
interface Visit {
  readonly traceId: string;
  readonly startUs: number;
}

/** What a text that names a page can mean. Visits are newest first; candidates and near matches are at most ten. */
export type Lookup =
  | { readonly kind: 'found'; readonly url: string | null; readonly visits: readonly Visit[] }
  | { readonly kind: 'ambiguous'; readonly total: number; readonly candidates: readonly string[] }
  | { readonly kind: 'unknown'; readonly near: readonly string[] };

const LISTED = 10;

/** Finds a page by its URL (redacted or raw), a part of the URL, or a trace id or the start of one. */
export async function findPage(store: Store, text: string): Promise<Lookup> {
  const wanted = text.trim();
  const byTrace = /^[0-9a-f]{32}$/i.test(wanted) ? await findTrace(store, wanted.toLowerCase()) : undefined;
  if (byTrace) return byTrace;
  const exact = await findVisits(store, wanted);
  if (exact.length > 0) return { kind: 'found', url: wanted, visits: exact };
  return (await findRedacted(store, wanted)) ?? (await findPart(store, wanted)) ?? (await findNear(store, wanted));
}

/** True where `raw` is the URL that was stored as `stored`, secrets replaced; a fragment and a last slash make no difference. */
export function matchesRedacted(stored: string, raw: string): boolean {
  const left = URL.parse(stored);
  const right = URL.parse(raw);
  if (!left || !right || left.origin !== right.origin || trimPath(left) !== trimPath(right)) return false;
  if (left.username !== right.username && left.username !== REDACTED) return false;
  const storedPairs = [...left.searchParams];
  const rawPairs = [...right.searchParams];
  return (
    storedPairs.length === rawPairs.length &&
    storedPairs.every(([key, value], index) => {
      const [rawKey, rawValue] = rawPairs[index] ?? [];
      return key === rawKey && (value === rawValue || value.includes(REDACTED));
    })
  );
}

function trimPath(url: URL): string {
  return url.pathname.replace(/\/$/, '');
}

async function findTrace(store: Store, traceId: string): Promise<Lookup | undefined> {
  const [row] = await store.query<{ first_us: number | null; page_url: string | null }>(
    `SELECT min(start_us) AS first_us, max(CASE WHEN stage IS NOT NULL THEN url END) AS page_url FROM spans WHERE ${dialectOf(store).isId('trace_id', '$traceId')}`,
    { traceId },
  );
  if (!row?.first_us) return undefined;
  return { kind: 'found', url: row.page_url, visits: [{ traceId, startUs: row.first_us }] };
}

async function findVisits(store: Store, url: string): Promise<Visit[]> {
  const find = async (table: string, afterUs: number): Promise<Visit[]> => {
    const rows = await store.query<{ trace_id: string; first_us: number }>(
      `SELECT trace_id, min(start_us) AS first_us FROM ${table} WHERE url = $url AND start_us > $afterUs GROUP BY trace_id
       ORDER BY first_us DESC, trace_id`,
      { url, afterUs },
    );
    return rows.map((row) => ({ traceId: row.trace_id, startUs: row.first_us }));
  };
  const visits = await find('pages', 0);
  // A visit that crashed left stages and no page. Only one after all others matters, so that time is all that is read.
  const known = new Set(visits.map((visit) => visit.traceId));
  const crashed = (await find('stages', visits[0]?.startUs ?? 0)).filter((visit) => !known.has(visit.traceId));
  return [...crashed, ...visits];
}

async function findRedacted(store: Store, text: string): Promise<Lookup | undefined> {
  const domain = URL.parse(text)?.hostname;
  if (!domain) return undefined;
  const matches: string[] = [];
  for await (const rows of store.stream<{ url: string }>(
    'SELECT DISTINCT url FROM spans WHERE domain = $domain AND stage IS NOT NULL AND url IS NOT NULL ORDER BY url',
    { domain },
  )) {
    matches.push(...rows.map((row) => row.url).filter((url) => matchesRedacted(url, text)));
  }
  return choose(store, matches.slice(0, LISTED), matches.length);
}

async function findPart(store: Store, text: string): Promise<Lookup | undefined> {
  const part = text.toLowerCase();
  if (part === '') return undefined;
  const where = `stage IS NOT NULL AND url IS NOT NULL AND position($part IN lower(url)) > 0`;
  const [count] = await store.query<{ total: number }>(`SELECT count(DISTINCT url) AS total FROM spans WHERE ${where}`, { part });
  const rows = await store.query<{ url: string }>(`SELECT DISTINCT url FROM spans WHERE ${where} ORDER BY url LIMIT ${LISTED}`, {
    part,
  });
  const byUrl = await choose(
    store,
    rows.map((row) => row.url),
    count?.total ?? 0,
  );
  if (byUrl || !/^[0-9a-f]{6,31}$/.test(part)) return byUrl;
  const traces = await store.query<{ trace_id: string }>(
    `SELECT DISTINCT trace_id FROM spans WHERE substring(trace_id, 1, ${part.length}) = $part ORDER BY trace_id LIMIT ${LISTED + 1}`,
    { part },
  );
  const [first] = traces;
  if (!first) return undefined;
  if (traces.length === 1) return findTrace(store, first.trace_id);
  return { kind: 'ambiguous', total: traces.length, candidates: traces.slice(0, LISTED).map((row) => row.trace_id) };
}

async function choose(store: Store, urls: readonly string[], total: number): Promise<Lookup | undefined> {
  const [only] = urls;
  if (only === undefined) return undefined;
  if (urls.length > 1) return { kind: 'ambiguous', total, candidates: urls };
  return { kind: 'found', url: only, visits: await findVisits(store, only) };
}

async function findNear(store: Store, text: string): Promise<Lookup> {
  let near: { url: string; edits: number }[] = [];
  for await (const rows of store.stream<{ url: string }>('SELECT DISTINCT url FROM pages WHERE url IS NOT NULL')) {
    const measured = rows.map(({ url }) => ({ url, edits: distance(url, text) }));
    near = [...near, ...measured].toSorted((a, b) => a.edits - b.edits || (a.url < b.url ? -1 : 1)).slice(0, 3);
  }
  return { kind: 'unknown', near: near.map(({ url }) => url) };
}
