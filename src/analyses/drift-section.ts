import type { Action, Analysis, Detail, Section, Status } from './analysis.ts';
import type { DriftFinding } from './drift-findings.ts';
import {
  drawSeries,
  isNewOrVanished,
  share,
  tableFindings,
  tableInsufficient,
  tableMix,
  tableModels,
  tableSummary,
} from './drift-tables.ts';
import { analyzeDrift, driftWindows, type DriftResult } from './drift.ts';

const DAY_US = 86_400_000_000;
const REFERENCE_DAYS = 28;

/** Tag drift of the window against the 28 days before it, as a section of the report. */
export const driftAnalysis: Analysis = {
  id: 'drift',
  title: 'Tag drift',
  async run({ store, window }) {
    const windows = driftWindows(window.toUs, window.toUs - window.fromUs, REFERENCE_DAYS * DAY_US);
    return describeDrift(await analyzeDrift(store, windows));
  },
};

/** The result of a drift analysis in words and tables. */
export function describeDrift(result: DriftResult): Section {
  const drifted = result.findings.filter((finding) => finding.status === 'drift');
  const details: Detail[] = [
    tableFindings(
      'drift-within',
      'Tags that drifted',
      drifted.filter((finding) => finding.kind === 'within_domain'),
    ),
    tableFindings('drift-new', 'New and vanished tags', result.findings.filter(isNewOrVanished)),
    drawSeries(result),
    tableMix(result),
    tableSummary(result),
    tableModels(result),
    tableInsufficient(result),
    { type: 'actions', actions: drifted.slice(0, 3).map((finding) => recommend(finding, result)) },
  ];
  return {
    id: driftAnalysis.id,
    title: driftAnalysis.title,
    status: judge(result, drifted),
    summary: summarize(result, drifted),
    details: details.filter((detail) => !isEmpty(detail)),
  };
}

function judge(result: DriftResult, drifted: readonly DriftFinding[]): Status {
  if (drifted.length > 0) return 'warning';
  return result.findings.some((finding) => finding.status === 'stable') ? 'ok' : 'unknown';
}

function summarize(result: DriftResult, drifted: readonly DriftFinding[]): string {
  const count = (status: DriftFinding['status']): number => result.findings.filter((each) => each.status === status).length;
  if (result.findings.length === 0) return 'No tagged pages in either window, so drift is unknown.';
  const change = result.model_changes.at(-1);
  return [
    `${drifted.length} of ${result.findings.length} tags drifted, ${count('stable')} are stable, ${count('insufficient_data')} have too little data to tell.`,
    drifted.length > 0 && change ? `The model changed to ${change.to} on ${change.at.slice(0, 10)}, which may explain it.` : '',
    result.mix.length > 0 ? `${result.mix.length} overall shares moved; see how much of it is the mix of sites.` : '',
  ]
    .filter(Boolean)
    .join(' ');
}

function recommend(finding: DriftFinding, { model_changes: changes }: DriftResult): Action {
  const before = Math.round(100 * share(finding.reference));
  const now = Math.round(100 * share(finding.current));
  return {
    severity: finding.kind === 'within_domain' ? 'medium' : 'high',
    evidence: `Tag ${finding.tag} in ${finding.category} went from ${before} % to ${now} % of pages over ${finding.domains} sites.`,
    action:
      changes.length > 0
        ? `Check whether the change of model to ${changes.at(-1)?.to} is meant to do this.`
        : 'Look at example pages and mark the wrong ones.',
    command: finding.trace_ids[0] ? `crawlscope trace ${finding.trace_ids[0]}` : `crawlscope labels suggest`,
  };
}

function isEmpty(detail: Detail): boolean {
  if (detail.type === 'series') return detail.series.length === 0;
  return (detail.type === 'table' && detail.rows.length === 0) || (detail.type === 'actions' && detail.actions.length === 0);
}
