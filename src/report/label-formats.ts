import { stringify } from 'csv-stringify/sync';
import { rightTags, type LabelRow } from '../analyses/label-export.ts';

/** The formats of `labels export`, each as the tool's own loader reads it. */
export const LABEL_FORMATS = {
  huggingface: toJsonLines,
  argilla: toArgilla,
  'label-studio': toLabelStudio,
  cleanlab: toCleanlab,
  csv: toCsv,
} as const satisfies Record<string, (rows: readonly LabelRow[]) => string>;

/** JSON lines for `datasets.load_dataset("json", data_files=...)`. */
function toJsonLines(rows: readonly LabelRow[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** A JSON array of records for Argilla's `dataset.records.from_json`: the model's tags are suggestions. */
function toArgilla(rows: readonly LabelRow[]): string {
  const records = rows.map((row) => ({
    id: row.id,
    fields: { text: row.text, url: row.url },
    metadata: {
      trace_id: row.trace_id,
      model_version: row.model_version,
      category: row.category,
      corrected_category: row.corrected_category,
      reason: row.reason,
      sampling_reason: row.sampling_reason,
      created_at: row.created_at,
      feedback: row.feedback.map(({ tag, verdict }) => `${verdict}: ${tag}`),
    },
    suggestions: {
      labels: {
        value: row.labels,
        score: row.scores.length === row.labels.length && row.labels.length > 0 ? row.scores : null,
        agent: row.model_version || null,
      },
    },
    responses: {},
    vectors: {},
  }));
  return document(records);
}

/** A JSON array of tasks for Label Studio's import, with the model's tags as predictions. */
function toLabelStudio(rows: readonly LabelRow[]): string {
  const tasks = rows.map((row) => ({
    data: { ...row, text: row.text || row.url },
    predictions: [{ model_version: row.model_version, result: choices(row.labels) }],
    annotations: [{ result: choices(rightTags(row)) }],
  }));
  return document(tasks);
}

function choices(values: readonly string[]): object[] {
  return [{ from_name: 'labels', to_name: 'text', type: 'choices', value: { choices: values } }];
}

/** Labels and probabilities as Cleanlab's multi-label functions take them; a tag that the model did not give has probability 0. */
function toCleanlab(rows: readonly LabelRow[]): string {
  const classes = [...new Set(rows.flatMap((row) => [...row.labels, ...rightTags(row)]))].toSorted();
  const index = new Map(classes.map((tag, at) => [tag, at]));
  return document({
    classes,
    ids: rows.map((row) => row.id),
    urls: rows.map((row) => row.url),
    labels: rows.map((row) => rightTags(row).map((tag) => index.get(tag) ?? 0)),
    pred_probs: rows.map((row) => {
      const scores = new Map(row.labels.map((tag, at) => [tag, row.scores[at] ?? 1]));
      return classes.map((tag) => scores.get(tag) ?? 0);
    }),
    sampling_reasons: rows.map((row) => row.sampling_reason),
  });
}

/** CSV with a header; lists are JSON text, and nothing in it is a formula to a spreadsheet. */
function toCsv(rows: readonly LabelRow[]): string {
  const columns = ['id', 'url', 'text', 'labels', 'scores', 'feedback', 'category', 'corrected_category', 'reason'];
  return stringify([...rows], {
    header: true,
    columns: [...columns, 'sampling_reason', 'model_version', 'trace_id', 'created_at'],
    escape_formulas: true,
    cast: { object: (value) => JSON.stringify(value) },
  });
}

function document(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
