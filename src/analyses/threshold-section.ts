import type { Action, Analysis, Detail, Section, Status } from './analysis.ts';
import { analyzeThresholds, type ThresholdResult } from './thresholds.ts';

const MOST_ROWS = 20;

/** Pass rates and their stability, as a section of the report. */
export const thresholdAnalysis: Analysis = {
  id: 'thresholds',
  title: 'Threshold stability',
  run: async ({ store, window }) => describeThresholds(await analyzeThresholds(store, window)),
};

/** The result of a threshold analysis in words, tables and a curve. */
export function describeThresholds(result: ThresholdResult): Section {
  const details: Detail[] = [
    figures(result),
    tableRuns(result),
    curve(result),
    tableMarked(result),
    { type: 'actions', actions: recommend(result) },
  ];
  return {
    id: thresholdAnalysis.id,
    title: thresholdAnalysis.title,
    status: judge(result),
    summary: summarize(result),
    details: details.filter((detail) => !isEmpty(detail)),
  };
}

function judge({ stability }: ThresholdResult): Status {
  if (stability.stable === null) return 'unknown';
  return stability.stable ? 'ok' : 'alert';
}

function summarize({ stability }: ThresholdResult): string {
  if (stability.pass_rate === null) return 'No page of this window was judged by a threshold.';
  const now = `${percent(stability.pass_rate)} of ${stability.pages} pages passed`;
  if (stability.previous_pass_rate === null || stability.change === null) {
    return `${now}; too few pages in this or the week before to say whether that is stable.`;
  }
  const verdict = stability.stable ? 'stable' : 'not stable';
  return `${now}, ${percent(stability.previous_pass_rate)} the week before: ${verdict} (limit ${percent(stability.limit)}).`;
}

function figures({ stability }: ThresholdResult): Detail {
  return {
    type: 'figures',
    figures: [
      {
        id: 'threshold-change',
        label: 'Change of the pass rate',
        unit: '1',
        value: stability.change,
        previous: null,
        target: { limit: stability.limit, direction: 'above' },
      },
    ],
  };
}

function tableRuns({ runs }: ThresholdResult): Detail {
  const shown = runs.slice(-MOST_ROWS);
  return {
    type: 'table',
    id: 'threshold-runs',
    title: runs.length > shown.length ? `Pass rate by run (last ${shown.length} of ${runs.length})` : 'Pass rate by run',
    columns: [
      { id: 'run_id', label: 'Run', type: 'text' },
      { id: 'from', label: 'First page', type: 'time_us' },
      { id: 'threshold', label: 'Threshold', type: 'number' },
      { id: 'config_hash', label: 'Config', type: 'text' },
      { id: 'model_version', label: 'Model', type: 'text' },
      { id: 'pages', label: 'Pages', type: 'count' },
      { id: 'pass_rate', label: 'Passed', type: 'ratio' },
      { id: 'changed', label: 'Changed with it', type: 'text' },
    ],
    rows: shown.map((run) => [
      run.run_id,
      Date.parse(run.from) * 1000,
      run.threshold,
      run.config_hash?.slice(0, 8) ?? null,
      run.model_version,
      run.pages,
      run.pass_rate,
      run.changed.join(', ') || null,
    ]),
  };
}

function curve({ curve: points, marked }: ThresholdResult): Detail {
  const falsePositives = marked.filter((page) => page.verdict === 'false_positive').length;
  const falseNegatives = marked.length - falsePositives;
  return {
    type: 'series',
    id: 'threshold-curve',
    title: 'Share of pages that would pass at other thresholds',
    unit: '1',
    x: points.map((point) => point.threshold),
    series: [
      { name: 'All pages', values: points.map((point) => point.pass_rate) },
      ...(falsePositives > 0
        ? [{ name: 'Marked false positive', values: points.map((point) => point.false_positives_passing / falsePositives) }]
        : []),
      ...(falseNegatives > 0
        ? [{ name: 'Marked false negative', values: points.map((point) => point.false_negatives_passing / falseNegatives) }]
        : []),
    ],
  };
}

function tableMarked({ marked }: ThresholdResult): Detail {
  return {
    type: 'table',
    id: 'threshold-marked',
    title: 'Marked pages (not a random sample)',
    columns: [
      { id: 'url', label: 'URL', type: 'url' },
      { id: 'verdict', label: 'Verdict', type: 'text' },
      { id: 'score', label: 'Score', type: 'number' },
      { id: 'threshold', label: 'Threshold', type: 'number' },
      { id: 'trace', label: 'Trace', type: 'trace' },
    ],
    rows: marked.slice(0, MOST_ROWS).map((page) => [page.url, page.verdict, page.score, page.threshold, page.trace_id]),
  };
}

function recommend({ stability, runs }: ThresholdResult): Action[] {
  if (stability.stable !== false) return [];
  const changed = [...new Set(runs.flatMap((run) => run.changed))];
  return [
    {
      severity: 'high',
      evidence: `The pass rate went from ${percent(stability.previous_pass_rate ?? 0)} to ${percent(stability.pass_rate ?? 0)}.`,
      action:
        changed.length > 0
          ? `Check the change of ${changed.join(', ')} in this window.`
          : 'Nothing in the configuration changed: compare the scores and the sites crawled.',
      command: 'crawlscope thresholds',
    },
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function isEmpty(detail: Detail): boolean {
  if (detail.type === 'series') return detail.x.length === 0;
  return (detail.type === 'table' && detail.rows.length === 0) || (detail.type === 'actions' && detail.actions.length === 0);
}
