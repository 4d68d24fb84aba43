import type { Detail } from './analysis.ts';
import type { DriftFinding } from './drift-findings.ts';
import type { DriftResult } from './drift.ts';

const MOST_ROWS = 20;

/** Findings, the strongest first. */
export function tableFindings(id: string, title: string, findings: readonly DriftFinding[]): Detail {
  return {
    type: 'table',
    id,
    title: findings.length > MOST_ROWS ? `${title} (${MOST_ROWS} of ${findings.length})` : title,
    columns: [
      { id: 'category', label: 'Category', type: 'text' },
      { id: 'tag', label: 'Tag', type: 'text' },
      { id: 'finding', label: 'Finding', type: 'text' },
      { id: 'before', label: 'Before', type: 'ratio' },
      { id: 'now', label: 'Now', type: 'ratio' },
      { id: 'odds_ratio', label: 'Odds ratio', type: 'number' },
      { id: 'q', label: 'q', type: 'number' },
      { id: 'domains', label: 'Domains', type: 'count' },
      { id: 'trace', label: 'First trace', type: 'trace' },
    ],
    rows: findings
      .slice(0, MOST_ROWS)
      .map((finding) => [
        finding.category,
        finding.tag,
        describeFinding(finding),
        share(finding.reference),
        share(finding.current),
        finding.odds_ratio,
        finding.q,
        finding.domains,
        finding.trace_ids[0] ?? null,
      ]),
  };
}

function describeFinding(finding: DriftFinding): string {
  const unsure = finding.status === 'drift' ? '' : finding.status === 'stable' ? ', not significant' : ', too little data';
  if (isNewOrVanished(finding)) return finding.kind + unsure;
  return (finding.z ?? 0) > 0 ? 'more frequent' : 'less frequent';
}

/** Shares that moved, split into what changed inside the sites and the mix of sites. */
export function tableMix({ mix }: DriftResult): Detail {
  return {
    type: 'table',
    id: 'drift-mix',
    title: 'Overall shares that moved, and why',
    columns: [
      { id: 'category', label: 'Category', type: 'text' },
      { id: 'tag', label: 'Tag', type: 'text' },
      { id: 'change', label: 'Change of share', type: 'number' },
      { id: 'within', label: 'Inside sites', type: 'number' },
      { id: 'mix', label: 'Mix of sites', type: 'number' },
    ],
    rows: mix.slice(0, MOST_ROWS).map((change) => [change.category, change.tag, change.change, change.within, change.mix]),
  };
}

/** Every category as a whole beside the band of chance. */
export function tableSummary({ summary }: DriftResult): Detail {
  return {
    type: 'table',
    id: 'drift-summary',
    title: 'Categories as a whole, beside the 95 % band of chance',
    columns: [
      { id: 'category', label: 'Category', type: 'text' },
      { id: 'reference_pages', label: 'Pages before', type: 'count' },
      { id: 'current_pages', label: 'Pages now', type: 'count' },
      { id: 'psi', label: 'PSI', type: 'number' },
      { id: 'psi_band', label: 'Chance', type: 'number' },
      { id: 'js_distance', label: 'JS distance', type: 'number' },
      { id: 'js_band', label: 'Chance', type: 'number' },
      { id: 'outside_band', label: 'Beyond chance', type: 'text' },
    ],
    rows: summary.map((each) => [
      each.category,
      each.reference_pages,
      each.current_pages,
      each.psi,
      each.psi_band,
      each.js_distance,
      each.js_band,
      each.outside_band === null ? 'unknown' : each.outside_band ? 'yes' : 'no',
    ]),
  };
}

/** Model versions that took over in either window. */
export function tableModels({ model_changes: changes }: DriftResult): Detail {
  return {
    type: 'table',
    id: 'drift-models',
    title: 'Model changes',
    columns: [
      { id: 'at', label: 'First page', type: 'time_us' },
      { id: 'from', label: 'From', type: 'text' },
      { id: 'to', label: 'To', type: 'text' },
    ],
    rows: changes.map((change) => [Date.parse(change.at) * 1000, change.from, change.to]),
  };
}

/** The drifted tags over time, the changes of model marked on it. */
export function drawSeries({ timeline, model_changes: changes }: DriftResult): Detail {
  const start = Date.parse(timeline.steps[0] ?? '');
  // A value stands for its whole step, so it belongs in the step's middle.
  const position = (at: string): number => (Date.parse(at) - start) / 1000 / timeline.step_seconds - 0.5;
  return {
    type: 'series',
    id: 'drift-timeline',
    title: [
      'Share of pages with the drifted tags',
      ...changes.map((change) => `${change.to} since ${change.at.slice(0, 10)}`),
    ].join(', '),
    unit: '1',
    x: timeline.steps.map((step) => step.slice(0, 10)),
    series: timeline.series.map(({ category, tag, shares }) => ({ name: `${category}: ${tag}`, values: shares })),
    marks: changes.map(({ at, to }) => ({ at: Math.min(Math.max(position(at), 0), timeline.steps.length - 1), label: to })),
  };
}

/** Tags with too little data, and the smallest effect that would have been seen. */
export function tableInsufficient({ findings }: DriftResult): Detail {
  const unsure = findings.filter((finding) => finding.status === 'insufficient_data' && !isNewOrVanished(finding));
  return {
    type: 'table',
    id: 'drift-insufficient',
    title: unsure.length > MOST_ROWS ? `Too little data to tell (${MOST_ROWS} of ${unsure.length})` : 'Too little data to tell',
    columns: [
      { id: 'category', label: 'Category', type: 'text' },
      { id: 'tag', label: 'Tag', type: 'text' },
      { id: 'pages', label: 'Pages with the tag', type: 'count' },
      { id: 'domains', label: 'Domains', type: 'count' },
      { id: 'smallest', label: 'Smallest detectable odds ratio', type: 'number' },
    ],
    rows: unsure
      .slice(0, MOST_ROWS)
      .map((finding) => [
        finding.category,
        finding.tag,
        finding.reference.with_tag + finding.current.with_tag,
        finding.domains,
        finding.smallest_detectable_odds_ratio,
      ]),
  };
}

/** The share of pages with the tag. */
export function share({ pages, with_tag: withTag }: DriftFinding['reference']): number {
  return pages > 0 ? withTag / pages : 0;
}

/** True for a tag that only one window has. */
export function isNewOrVanished(finding: DriftFinding): boolean {
  return finding.kind === 'new' || finding.kind === 'vanished';
}
