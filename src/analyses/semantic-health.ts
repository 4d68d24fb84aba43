import { dialectOf } from '../store/dialect.ts';
import type { Analysis, AnalysisContext, Detail, Figure } from './analysis.ts';
import { noveltyByPeriod } from './novelty.ts';
import {
  inPeriods,
  missesTarget,
  periodOf,
  periodParameters,
  previousWindow,
  share,
  toFigure,
  valuesByPeriod,
} from './periods.ts';

interface Judgements {
  readonly period: number;
  readonly judged: number;
  readonly passed: number;
  readonly scored: number;
  readonly score: number;
  readonly evenness: number | null;
}

interface Share {
  readonly name: string;
  readonly pages: number;
  readonly previous: number;
}

const TOP_TAGS = 20;

/** What the classifier made of the pages: categories, tags, the threshold, and how much was new. */
export const semanticHealth: Analysis = {
  id: 'semantic_health',
  title: 'Semantic health',
  async run(context) {
    const categories = await countCategories(context);
    const tags = await countTags(context);
    const figures = await measure(context);
    const classified = categories.reduce((sum, row) => sum + row.pages, 0);
    const previous = categories.reduce((sum, row) => sum + row.previous, 0);
    const passRate = figures.find((figure) => figure.id === 'threshold_pass_rate');
    const [largest] = categories;
    return {
      id: this.id,
      title: this.title,
      status: classified === 0 ? 'unknown' : figures.some(missesTarget) ? 'warning' : 'ok',
      summary: !largest
        ? 'No page was classified in this time.'
        : `${percent(passRate?.value ?? null)} of the pages passed the threshold; the largest of ${categories.length} categories is ${largest.name} with ${percent(share(largest.pages, classified))}.`,
      details: [
        { type: 'figures', figures },
        table('category_balance', 'Categories', 'Category', categories, classified, previous),
        table('tag_distribution', 'Most frequent tags', 'Tag', tags.slice(0, TOP_TAGS), classified, previous),
      ],
    };
  },
};

async function measure(context: AnalysisContext): Promise<Figure[]> {
  const judgements = await context.store.query<Judgements>(JUDGEMENTS, periodParameters(context.window));
  return [
    toFigure(
      { id: 'threshold_pass_rate', label: 'Threshold pass rate', unit: '1' },
      valuesByPeriod(judgements, (row) => share(row.passed, row.judged)),
    ),
    toFigure(
      { id: 'average_score', label: 'Average score', unit: '' },
      valuesByPeriod(judgements, (row) => share(row.score, row.scored)),
    ),
    toFigure(
      { id: 'category_balance', label: 'Category balance (1 = even)', unit: '' },
      valuesByPeriod(judgements, (row) => row.evenness),
    ),
    toFigure({ id: 'novelty_rate', label: 'Novelty rate', unit: '1' }, await noveltyByPeriod(context)),
  ];
}

/**
 * Scores of the pages that succeeded, and how even the categories of all are: Shannon's entropy of their shares over its largest
 * possible value (Pielou's evenness).
 */
const JUDGEMENTS = `
  WITH counts AS (
    SELECT ${periodOf('start_us')} AS period, category, sum(weight) AS pages,
      sum(CASE WHEN outcome = 'ok' AND threshold_passed IS NOT NULL THEN weight END) AS judged,
      sum(CASE WHEN outcome = 'ok' AND threshold_passed THEN weight END) AS passed,
      sum(CASE WHEN outcome = 'ok' AND score IS NOT NULL THEN weight END) AS scored,
      sum(CASE WHEN outcome = 'ok' THEN weight * score END) AS score
    FROM pages WHERE ${inPeriods('start_us')} GROUP BY 1, 2),
  shares AS (
    SELECT *, CASE WHEN category IS NOT NULL
      THEN pages / sum(CASE WHEN category IS NOT NULL THEN pages END) OVER (PARTITION BY period) END AS part FROM counts)
  SELECT period, coalesce(sum(judged), 0) AS judged, coalesce(sum(passed), 0) AS passed, coalesce(sum(scored), 0) AS scored,
    coalesce(sum(score), 0) AS score,
    CASE WHEN count(part) > 1 THEN -sum(part * ln(part)) / ln(count(part)) WHEN count(part) = 1 THEN 0 END AS evenness
  FROM shares GROUP BY period`;

function countCategories(context: AnalysisContext): Promise<Share[]> {
  return countShares(context, `SELECT category AS name, weight, start_us FROM pages WHERE category IS NOT NULL AND ${WINDOWS}`);
}

function countTags(context: AnalysisContext): Promise<Share[]> {
  const tags = dialectOf(context.store).unnest('tags');
  return countShares(context, `SELECT ${tags} AS name, weight, start_us FROM pages WHERE tags IS NOT NULL AND ${WINDOWS}`);
}

const WINDOWS = 'start_us >= $before AND start_us < $to';

function countShares(context: AnalysisContext, rows: string): Promise<Share[]> {
  return context.store.query<Share>(
    `SELECT name, coalesce(sum(CASE WHEN start_us >= $from THEN weight END), 0) AS pages,
       coalesce(sum(CASE WHEN start_us < $from THEN weight END), 0) AS previous
     FROM (${rows}) AS named GROUP BY name ORDER BY pages DESC, name LIMIT 1000`,
    { before: previousWindow(context.window).fromUs, from: context.window.fromUs, to: context.window.toUs },
  );
}

function table(id: string, title: string, label: string, shares: readonly Share[], all: number, previous: number): Detail {
  const columns = [
    { id: 'name', label, type: 'text' },
    { id: 'pages', label: 'Pages', type: 'count' },
    { id: 'share', label: 'Share', type: 'ratio' },
    { id: 'previous_share', label: 'Before', type: 'ratio' },
  ] as const;
  const rows = shares.map((row) => [row.name, row.pages, share(row.pages, all), share(row.previous, previous)]);
  return { type: 'table', id, title, columns, rows };
}

function percent(value: number | null): string {
  return value === null ? 'An unknown share' : `${(value * 100).toFixed(1)} %`;
}
