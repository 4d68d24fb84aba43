import { METRIC_STORE_SIZE } from '../semconv.ts';
import type { Analysis, Figure } from './analysis.ts';
import { inPeriods, periodOf, periodParameters, share, toFigure, valuesByPeriod } from './periods.ts';

/** How the vector store grows. */
export const storage: Analysis = {
  id: 'storage',
  title: 'Storage',
  async run({ store, window }) {
    const parameters = periodParameters(window);
    const sizes = await store.query<{ period: number; bytes: number }>(SIZES, parameters);
    const stored = await store.query<{ period: number; pages: number }>(
      `SELECT ${periodOf('start_us')} AS period, sum(weight) AS pages FROM pages
       WHERE ${inPeriods('start_us')} AND outcome = 'ok' AND embedding_id IS NOT NULL GROUP BY 1`,
      parameters,
    );
    const size = valuesByPeriod(sizes, (row) => row.bytes);
    const growth = size.map((bytes, period) => {
      const before = size.slice(0, period).findLast((value) => value !== null);
      return bytes === null || before === null || before === undefined ? null : bytes - before;
    });
    const pages = valuesByPeriod(stored, (row) => row.pages);
    const figures: Figure[] = [
      toFigure({ id: 'store_size', label: 'Size of the store', unit: 'By' }, size),
      toFigure({ id: 'store_growth', label: 'Growth', unit: 'By' }, growth),
      toFigure({ id: 'pages_stored', label: 'Pages stored', unit: '{page}' }, pages),
      toFigure(
        { id: 'bytes_per_page', label: 'Growth a page', unit: 'By' },
        growth.map((bytes, period) => (bytes === null ? null : share(bytes, pages[period]))),
      ),
    ];
    return {
      id: this.id,
      title: this.title,
      status: size.at(-1) === null ? 'unknown' : 'ok',
      summary: summarize(size.at(-1) ?? null, growth.at(-1) ?? null),
      details: [{ type: 'figures', figures }],
    };
  },
};

/** The last reading of each store in each period, of whichever process took it; stores add up. */
const SIZES = `
  WITH readings AS (
    SELECT ${periodOf('time_us')} AS period, attributes, value,
      row_number() OVER (PARTITION BY ${periodOf('time_us')}, attributes ORDER BY time_us DESC) AS place
    FROM metrics WHERE ${inPeriods('time_us')} AND name = '${METRIC_STORE_SIZE}')
  SELECT period, sum(value) AS bytes FROM readings WHERE place = 1 GROUP BY period`;

function summarize(size: number | null, growth: number | null): string {
  if (size === null) return 'The size of the store was not reported in this time.';
  const now = `The store holds ${megabytes(size)}`;
  if (growth === null) return `${now}.`;
  const year = growth > 0 ? `; at this pace it will hold ${megabytes(size + 52 * growth)} in 52 such periods` : '';
  return `${now}, ${megabytes(Math.abs(growth))} ${growth < 0 ? 'less' : 'more'} than before${year}.`;
}

function megabytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
