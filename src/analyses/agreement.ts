import { measureConfusion } from '../stats/confusion.ts';
import { dialectOf } from '../store/dialect.ts';
import type { Store } from '../store/store.ts';
import type { Window } from './analysis.ts';

/** Two model versions compared on the URLs that both classified. */
export interface Agreement {
  readonly from: string;
  readonly to: string;
  readonly urls: number;
  readonly agreed: number;
  /** Cohen's kappa: agreement beyond chance; null where chance alone would agree always. */
  readonly kappa: number | null;
  readonly moved: readonly { from: string; to: string; urls: number; trace_ids: string[] }[];
}

interface PairRow {
  readonly old_model: string;
  readonly new_model: string;
  readonly old_category: string;
  readonly new_category: string;
  readonly urls: number;
  readonly trace_id: string;
}

const MOST_MOVED = 10;

/** Agreement of each pair of model versions on the same URLs: each version's last word in the window. */
export async function compareModels(store: Store, window: Window): Promise<Agreement[]> {
  const [versions] = await store.query<{ least: string | null; most: string | null }>(
    `SELECT MIN(model_version) AS least, MAX(model_version) AS most FROM pages
     WHERE category IS NOT NULL AND start_us >= $fromUs AND start_us < $toUs`,
    { fromUs: window.fromUs, toUs: window.toUs },
  );
  // Without a second version there is nothing to compare; with one, only the URLs that met both are put in order.
  if (versions?.least === versions?.most) return [];
  const { digest } = dialectOf(store);
  const [url, model] = [digest('url'), digest('model_version')];
  const where = `category IS NOT NULL AND model_version IS NOT NULL AND ${url} IS NOT NULL AND start_us >= $fromUs AND start_us < $toUs`;
  const rows = await store.query<PairRow>(
    `WITH compared AS (SELECT ${url} AS url FROM pages WHERE ${where} GROUP BY 1 HAVING MIN(${model}) <> MAX(${model})),
     ranked AS (
       SELECT ${url} AS url, model_version, category, trace_id, start_us,
         ROW_NUMBER() OVER (PARTITION BY ${url}, model_version ORDER BY start_us DESC) AS visit
       FROM pages WHERE ${where} AND ${url} IN (SELECT url FROM compared)),
     said AS (SELECT * FROM ranked WHERE visit = 1)
     SELECT older.model_version AS old_model, newer.model_version AS new_model,
       older.category AS old_category, newer.category AS new_category, COUNT(*) AS urls, MIN(newer.trace_id) AS trace_id
     FROM said older JOIN said newer ON older.url = newer.url
     WHERE older.model_version <> newer.model_version AND older.start_us < newer.start_us
     GROUP BY old_model, new_model, old_category, new_category`,
    { fromUs: window.fromUs, toUs: window.toUs },
  );
  return [...Map.groupBy(rows, (row) => JSON.stringify([row.old_model, row.new_model])).values()]
    .map(describePair)
    .toSorted((left, right) => right.urls - left.urls);
}

function describePair(rows: readonly PairRow[]): Agreement {
  const classes = [...new Set(rows.flatMap((row) => [row.old_category, row.new_category]))];
  const matrix = classes.map((older) =>
    classes.map((newer) => sumUrls(rows.filter((row) => row.old_category === older && row.new_category === newer))),
  );
  return {
    from: rows[0]?.old_model ?? '',
    to: rows[0]?.new_model ?? '',
    urls: sumUrls(rows),
    agreed: sumUrls(rows.filter((row) => row.old_category === row.new_category)),
    kappa: measureConfusion(matrix).kappa,
    moved: rows
      .filter((row) => row.old_category !== row.new_category)
      .toSorted((left, right) => right.urls - left.urls || left.old_category.localeCompare(right.old_category))
      .slice(0, MOST_MOVED)
      .map((row) => ({ from: row.old_category, to: row.new_category, urls: row.urls, trace_ids: [row.trace_id] })),
  };
}

function sumUrls(rows: readonly PairRow[]): number {
  return rows.reduce((sum, row) => sum + row.urls, 0);
}
