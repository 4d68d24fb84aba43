import type { Label } from './labels.ts';

/** A label as a flat row; every key is always there. */
export interface LabelRow {
  readonly id: string;
  readonly url: string;
  /** The telemetry carries no page text, so this is empty: fill it from your own store by `url`. */
  readonly text: string;
  /** The tags that the model gave. */
  readonly labels: readonly string[];
  /** Parallel to `labels`; empty where the model gave none. */
  readonly scores: readonly number[];
  /** The verdict on the page's category and, where tags were corrected, on each tag. */
  readonly feedback: readonly { readonly tag: string; readonly verdict: string }[];
  readonly category: string;
  readonly corrected_category: string;
  readonly reason: string;
  /** Why the page was suggested for a look; empty where a person met it otherwise. */
  readonly sampling_reason: string;
  readonly model_version: string;
  readonly trace_id: string;
  /** ISO 8601. */
  readonly created_at: string;
}

/** Labels as flat rows for other tools. */
export function toLabelRows(labels: readonly Label[]): LabelRow[] {
  return labels.map((label) => ({
    id: label.id,
    url: label.url,
    text: '',
    labels: label.page?.tags ?? [],
    scores: label.page?.tag_scores ?? [],
    feedback: describeFeedback(label),
    category: label.page?.category ?? '',
    corrected_category: label.correctedCategory ?? '',
    reason: label.reason ?? '',
    sampling_reason: label.samplingReason ?? '',
    model_version: label.page?.model_version ?? '',
    trace_id: label.traceId ?? '',
    created_at: new Date(label.timeUs / 1000).toISOString(),
  }));
}

/** The tags that are right for the page: the corrected ones, or the model's where nobody corrected them. */
export function rightTags(row: LabelRow): string[] {
  const wrong = new Set(row.feedback.filter((each) => each.verdict === 'false_positive').map((each) => each.tag));
  const missing = row.feedback.filter((each) => each.verdict === 'false_negative' && each.tag !== row.category);
  return [...new Set([...row.labels.filter((tag) => !wrong.has(tag)), ...missing.map((each) => each.tag)])];
}

function describeFeedback({ page, verdict, correctedTags }: Label): LabelRow['feedback'] {
  const onCategory = page?.category == null ? [] : [{ tag: page.category, verdict }];
  if (correctedTags === null) return onCategory;
  const given = page?.tags ?? [];
  return [
    ...onCategory,
    ...given.map((tag) => ({ tag, verdict: correctedTags.includes(tag) ? 'true_positive' : 'false_positive' })),
    ...correctedTags.filter((tag) => !given.includes(tag)).map((tag) => ({ tag, verdict: 'false_negative' })),
  ];
}
