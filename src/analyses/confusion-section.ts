import type { Analysis, Detail, Section } from './analysis.ts';
import type { LabelConfusion } from './confusion-labels.ts';
import { analyzeConfusion, type ConfusionResult } from './confusion.ts';

const MOST_ROWS = 20;

/** What is mistaken for what, as a section of the report. */
export const confusionAnalysis: Analysis = {
  id: 'confusion',
  title: 'Confusion',
  run: async ({ store, window }) => describeConfusion(await analyzeConfusion(store, window)),
};

/** The result of a confusion analysis in words and tables. */
export function describeConfusion(result: ConfusionResult): Section {
  const details: Detail[] = [
    ...(result.confusion ? describeLabels(result.confusion) : []),
    tableTags(result),
    tableAgreement(result),
    ...tableMoved(result),
  ];
  return {
    id: confusionAnalysis.id,
    title: confusionAnalysis.title,
    status: result.tags.length === 0 && result.labels === 0 ? 'unknown' : 'ok',
    summary: summarize(result),
    details: details.filter((detail) => detail.type !== 'table' || detail.rows.length > 0),
  };
}

function summarize({ labels, confusion, tags, note }: ConfusionResult): string {
  if (labels === 0) {
    const known = tags.length > 0 ? 'What goes with what is known from the tags alone.' : 'No classified pages either.';
    return `No page of this window is marked, so mistakes are unknown. ${known} Mark pages with crawlscope mark-false-positive or mark-false-negative.`;
  }
  const worst = confusion?.worst[0];
  const most = worst ? ` Most often, ${worst.corrected} was taken for ${worst.predicted} (${worst.pages}).` : '';
  return `${labels} ${labels === 1 ? 'page is' : 'pages are'} marked.${most} ${note}`;
}

function describeLabels({ classes, matrix, marked, unmarked_as_right: assumed, worst, unclear }: LabelConfusion): Detail[] {
  return [
    {
      type: 'table',
      id: 'confusion-matrix',
      title: 'Marked pages: rows are right, columns were predicted',
      columns: [
        { id: 'corrected', label: 'Right', type: 'text' },
        ...classes.map((name) => ({ id: name, label: name, type: 'count' as const })),
      ],
      rows: classes.map((name, at) => [name, ...(matrix[at] ?? [])]),
    },
    {
      type: 'table',
      id: 'confusion-classes',
      title: 'Classes, as if every unmarked page were right',
      columns: [
        { id: 'class', label: 'Class', type: 'text' },
        { id: 'precision', label: 'Precision', type: 'ratio' },
        { id: 'recall', label: 'Recall', type: 'ratio' },
        { id: 'f1', label: 'F1', type: 'ratio' },
        { id: 'support', label: 'Pages', type: 'count' },
      ],
      rows: classes.map((name, at) => {
        const metrics = assumed.classes[at];
        return [name, metrics?.precision ?? null, metrics?.recall ?? null, metrics?.f1 ?? null, metrics?.support ?? null];
      }),
    },
    {
      type: 'text',
      text: [
        `Kappa ${round(assumed.kappa)} and accuracy ${round(assumed.accuracy)} as if every unmarked page were right;`,
        `kappa ${round(marked.kappa)} over the ${marked.total} marked pages alone. The truth lies between.`,
        unclear > 0 ? `${unclear} marks name no correction and are left out.` : '',
      ]
        .filter(Boolean)
        .join(' '),
    },
    {
      type: 'table',
      id: 'confusion-worst',
      title: 'Worst confusions',
      columns: [
        { id: 'corrected', label: 'Right', type: 'text' },
        { id: 'predicted', label: 'Predicted', type: 'text' },
        { id: 'pages', label: 'Pages', type: 'count' },
        { id: 'trace', label: 'Example trace', type: 'trace' },
      ],
      rows: worst.slice(0, MOST_ROWS).map((each) => [each.corrected, each.predicted, each.pages, each.trace_ids[0] ?? null]),
    },
  ];
}

function tableTags({ tags }: ConfusionResult): Detail {
  return {
    type: 'table',
    id: 'confusion-tags',
    title: 'Tags and the categories they go with',
    columns: [
      { id: 'tag', label: 'Tag', type: 'text' },
      { id: 'category', label: 'Category', type: 'text' },
      { id: 'pages', label: 'Pages', type: 'count' },
      { id: 'row_share', label: 'Share of the tag', type: 'ratio' },
      { id: 'lift', label: 'Lift', type: 'number' },
    ],
    rows: tags.slice(0, MOST_ROWS).map((each) => [each.tag, each.category, each.pages, each.row_share, each.lift]),
  };
}

function tableAgreement({ agreement }: ConfusionResult): Detail {
  return {
    type: 'table',
    id: 'confusion-agreement',
    title: 'Model versions on the same URLs',
    columns: [
      { id: 'from', label: 'Version', type: 'text' },
      { id: 'to', label: 'Later version', type: 'text' },
      { id: 'urls', label: 'URLs', type: 'count' },
      { id: 'agreed', label: 'Same category', type: 'ratio' },
      { id: 'kappa', label: 'Kappa', type: 'number' },
    ],
    rows: agreement.map((each) => [each.from, each.to, each.urls, each.agreed / each.urls, each.kappa]),
  };
}

function tableMoved({ agreement }: ConfusionResult): Detail[] {
  return agreement.slice(0, 1).map((pair) => ({
    type: 'table',
    id: 'confusion-moved',
    title: `Where ${pair.to} disagrees with ${pair.from}`,
    columns: [
      { id: 'from', label: 'Was', type: 'text' },
      { id: 'to', label: 'Is', type: 'text' },
      { id: 'urls', label: 'URLs', type: 'count' },
      { id: 'trace', label: 'Example trace', type: 'trace' },
    ],
    rows: pair.moved.map((each) => [each.from, each.to, each.urls, each.trace_ids[0] ?? null]),
  }));
}

function round(value: number | null): string {
  return value === null ? 'unknown' : value.toFixed(2);
}
