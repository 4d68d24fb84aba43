import type { Action, Analysis, AnalysisContext, Detail, Section, Status } from '../analyses/analysis.ts';
import { errorMessage } from '../errors.ts';

/** Bumped when a reader of the JSON would have to change. */
const REPORT_VERSION = 1;

/** The weekly report: what every renderer is given and what `--format json` prints. Times are ISO 8601 in UTC, `to` is exclusive. */
export interface Report {
  readonly schema_version: number;
  readonly generated_at: string;
  readonly window: { readonly from: string; readonly to: string };
  /** One paragraph that says what happened. */
  readonly headline: string;
  readonly sections: readonly Section[];
}

const SEVERITIES = ['high', 'medium', 'low'];
const NAMED = 3;

/** Runs the analyses one after another; one that throws becomes an error section, and their actions the recommendations. */
export async function buildReport(context: AnalysisContext, analyses: readonly Analysis[], note = ''): Promise<Report> {
  const sections: Section[] = [];
  for (const analysis of analyses) sections.push(await runGuarded(analysis, context));
  const actions = sections.flatMap((section) =>
    section.details.flatMap((detail) => (detail.type === 'actions' ? detail.actions : [])),
  );
  const ordered = actions.map(withoutStop).toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
  return {
    schema_version: REPORT_VERSION,
    generated_at: isoTime(context.nowUs),
    window: { from: isoTime(context.window.fromUs), to: isoTime(context.window.toUs) },
    headline: [note, writeHeadline(sections, ordered)].filter(Boolean).join(' '),
    sections: [...sections.map(withoutActions), recommend(ordered)],
  };
}

async function runGuarded(analysis: Analysis, context: AnalysisContext): Promise<Section> {
  const { id, title } = analysis;
  try {
    return await analysis.run(context);
  } catch (error) {
    const text = `The analysis failed: ${errorMessage(error)}`;
    return { id, title, status: 'error', summary: text, details: [] };
  }
}

function writeHeadline(sections: readonly Section[], actions: readonly Action[]): string {
  const statistics = sections.find((section) => section.id === 'crawl_statistics')?.summary ?? '';
  const broken = sections.filter((section) => section.status === 'error').map((section) => section.title);
  const data = sections.find((section) => section.id === 'data_completeness' && section.status === 'warning');
  const [first] = actions;
  const attention = !first
    ? 'Nothing asks for action.'
    : `${actions.length === 1 ? 'One thing asks' : `${actions.length} things ask`} for attention: ${actions
        .slice(0, NAMED)
        .map((action) => action.evidence)
        .join('; ')}${actions.length > NAMED ? '; and more' : ''}.`;
  return [
    statistics,
    attention,
    data ? `Mind the data: ${data.summary}` : '',
    broken.length > 0 ? `These analyses failed: ${broken.join(', ')}.` : '',
  ]
    .filter(Boolean)
    .join(' ');
}

function recommend(actions: readonly Action[]): Section {
  const urgent = actions.filter((action) => action.severity === 'high').length;
  const status: Status = urgent > 0 ? 'alert' : actions.length > 0 ? 'warning' : 'ok';
  const summary =
    actions.length === 0
      ? 'Nothing to do.'
      : `${actions.length} recommendation${actions.length === 1 ? '' : 's'}, ${urgent} of them urgent.`;
  return { id: 'recommendations', title: 'Recommendations', status, summary, details: [{ type: 'actions', actions }] };
}

/** Actions are shown once, together, as recommendations. */
function withoutActions(section: Section): Section {
  const details: Detail[] = section.details.filter((detail) => detail.type !== 'actions');
  return { ...section, details };
}

/** Renderers end the evidence as their sentences need it. */
function withoutStop(action: Action): Action {
  return { ...action, evidence: action.evidence.replace(/\.$/, '') };
}

function isoTime(us: number): string {
  return new Date(us / 1000).toISOString();
}
