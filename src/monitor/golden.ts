import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { matchesRedacted } from '../analyses/page-lookup.ts';
import { CrawlscopeError, errorMessage } from '../errors.ts';
import type { Store } from '../store/store.ts';

/** A page whose category a person has decided; further fields, such as its text, are for the classifier. */
export interface GoldenPage {
  readonly url: string;
  readonly category: string;
  readonly [field: string]: unknown;
}

/** What was predicted for a golden page; `category` is null where nothing was. */
export interface Prediction {
  readonly page: GoldenPage;
  readonly category: string | null;
  readonly traceId: string | null;
  readonly error: string | null;
}

/** Reads a golden set: a JSON array or JSON lines of `{url, category}`. Rejects with `BAD_GOLDEN`, naming file and line. */
export async function readGolden(file: string): Promise<readonly GoldenPage[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw bad(`cannot read ${file}: ${errorMessage(cause)}`, cause);
  });
  const rows = text.trimStart().startsWith('[') ? parse(text, file) : parseLines(text, file);
  if (!Array.isArray(rows) || rows.length === 0) throw bad(`${file} holds no pages`);
  return rows.map((row: unknown, index) => {
    const { url, category } = (row ?? {}) as Partial<GoldenPage>;
    if (typeof url === 'string' && URL.canParse(url) && typeof category === 'string' && category !== '') return row as GoldenPage;
    throw bad(`entry ${index + 1} of ${file} is ${JSON.stringify(row)?.slice(0, 200)}`);
  });
}

/** The latest recorded category of every golden page. */
export async function predictFromStore(
  store: Store,
  pages: readonly GoldenPage[],
  nowUs: number,
): Promise<readonly Prediction[]> {
  const domains = [...new Set(pages.map((page) => new URL(page.url).hostname))];
  const found = new Map<string, { url: string; category: string; trace_id: string }>();
  for (const domain of domains) {
    const rows = await store.query<{ url: string; category: string; trace_id: string }>(
      `SELECT url, category, trace_id FROM pages WHERE domain = $domain AND category IS NOT NULL AND url IS NOT NULL AND start_us < $now
       ORDER BY start_us`,
      { domain, now: nowUs },
    );
    for (const row of rows) found.set(row.url, row);
  }
  const stored = [...found.values()];
  return pages.map((page) => {
    const row = found.get(page.url) ?? stored.find((each) => matchesRedacted(each.url, page.url));
    return { page, category: row?.category ?? null, traceId: row?.trace_id ?? null, error: null };
  });
}

/** Asks the user's module: its export `classify` (or default) gets a golden page and returns a category or `{category}`. */
export async function predictByModule(file: string, pages: readonly GoldenPage[]): Promise<readonly Prediction[]> {
  const classify = await loadClassifier(file);
  const predictions: Prediction[] = [];
  for (const page of pages) {
    const { category, error } = await ask(classify, page);
    predictions.push({ page, category, traceId: null, error });
  }
  return predictions;
}

async function ask(classify: (page: GoldenPage) => unknown, page: GoldenPage) {
  try {
    const answer = await classify(page);
    const category = typeof answer === 'object' && answer !== null ? (answer as { category?: unknown }).category : answer;
    if (typeof category === 'string') return { category, error: null };
    return { category: null, error: `it returned ${JSON.stringify(answer)?.slice(0, 100)} instead of a category` };
  } catch (error) {
    return { category: null, error: errorMessage(error) };
  }
}

async function loadClassifier(file: string): Promise<(page: GoldenPage) => unknown> {
  const next = 'Give a module that exports a function classify(page), which returns a category.';
  const module = await import(pathToFileURL(resolve(file)).href).catch((cause: unknown) => {
    throw new CrawlscopeError('BAD_CLASSIFIER', `cannot load ${file}: ${errorMessage(cause)}`, next, { cause });
  });
  const { classify, default: fallback } = module as { classify?: unknown; default?: unknown };
  const chosen = classify ?? fallback;
  if (typeof chosen === 'function') return chosen as (page: GoldenPage) => unknown;
  throw new CrawlscopeError('BAD_CLASSIFIER', `${file} exports ${Object.keys(module as object).join(', ') || 'nothing'}`, next);
}

function parseLines(text: string, file: string): unknown[] {
  return text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [parse(line, `line ${index + 1} of ${file}`)]));
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw bad(`${where} is no JSON: ${errorMessage(cause)}`, cause);
  }
}

function bad(message: string, cause?: unknown): CrawlscopeError {
  return new CrawlscopeError(
    'BAD_GOLDEN',
    message,
    'Give a JSON array or JSON lines of {"url": "https://...", "category": "..."}.',
    { cause },
  );
}
