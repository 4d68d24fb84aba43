import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeTelemetry, type Truth } from '../fixtures/generate/generate.ts';
import { QUIET_PLAN } from '../fixtures/generate/plan.ts';
import { makeData, runCli } from '../monitor/run-cli.ts';
import { runPython } from './label-tools.ts';

const PLAN = { ...QUIET_PLAN, from: '2026-11-16', days: 3, freshShare: 1 };
let data: Awaited<ReturnType<typeof makeData>>;
let marked: Truth[];

beforeAll(async () => {
  data = await makeData({ ...PLAN, days: 0 });
  const truth = await writeTelemetry(join(data.folder, 'otlp'), PLAN);
  marked = truth.filter((each) => each.outcome === 'ok' && each.visit.tags.length > 0).slice(0, 6);
  for (const [at, { visit }] of marked.entries()) {
    const tags = at % 2 === 0 ? ['--tags', `${visit.tags[0]},added`] : [];
    const reason = `=cmd "quoted", ünï ${at}\nsecond line`;
    await runCli(
      at < 4 ? 'mark-false-positive' : 'mark-false-negative',
      '--url',
      visit.traceId,
      '--reason',
      reason,
      ...tags,
      ...data.options,
    );
  }
  await runPython('import datasets, argilla, cleanlab');
});
afterAll(() => data.remove());

test('Hugging Face datasets loads the JSON lines with typed columns', async () => {
  const code = `
import json, sys, tempfile, datasets
data = datasets.load_dataset("json", data_files=sys.argv[1], split="train", cache_dir=tempfile.mkdtemp())
print(json.dumps({"columns": data.column_names, "rows": [dict(row, created_at=str(row["created_at"])) for row in data], "scores": str(data.features["scores"])}))`;
  const loaded = JSON.parse(await runPython(code, await write('huggingface', 'labels.jsonl'))) as {
    columns: string[];
    rows: { labels: string[]; scores: number[]; feedback: { tag: string; verdict: string }[]; url: string }[];
    scores: string;
  };
  expect(loaded.columns.slice(0, 6)).toEqual(['id', 'url', 'text', 'labels', 'scores', 'feedback']);
  expect(loaded.scores).toContain('float64');
  expect(loaded.rows.map((row) => row.url)).toEqual(marked.map((each) => each.visit.url));
  expect(loaded.rows.map((row) => row.labels)).toEqual(marked.map((each) => each.visit.tags));
  expect(loaded.rows[0]!.feedback).toContainEqual({ tag: 'added', verdict: 'false_negative' });
});

test('Argilla reads the records', async () => {
  const code = `
import json, sys
from argilla.records._io import JsonIO
records = JsonIO._records_from_json(sys.argv[1])
print(json.dumps([[r.id, dict(r.fields), [s.value for s in r.suggestions], dict(r.metadata)] for r in records]))`;
  const records = JSON.parse(await runPython(code, await write('argilla', 'argilla.json'))) as [
    string,
    { url: string },
    string[][],
    object,
  ][];
  expect(records.map(([, fields]) => fields.url)).toEqual(marked.map((each) => each.visit.url));
  expect(records.map(([, , suggestions]) => suggestions[0])).toEqual(marked.map((each) => each.visit.tags));
});

test('Cleanlab scores the quality of the labels', async () => {
  const code = `
import json, sys, numpy as np
from cleanlab.multilabel_classification import get_label_quality_scores
data = json.load(open(sys.argv[1]))
scores = get_label_quality_scores(labels=data["labels"], pred_probs=np.array(data["pred_probs"], dtype=float))
print(json.dumps({"ids": data["ids"], "scores": [float(s) for s in scores]}))`;
  const { ids, scores } = JSON.parse(await runPython(code, await write('cleanlab', 'cleanlab.json'))) as {
    ids: string[];
    scores: number[];
  };
  expect(scores).toHaveLength(marked.length);
  expect(new Set(ids).size).toBe(marked.length);
  for (const score of scores) expect(score >= 0 && score <= 1).toBe(true);
});

test('pandas reads the CSV, lists as JSON and formulas defused', async () => {
  const code = `
import json, sys, pandas
table = pandas.read_csv(sys.argv[1], keep_default_na=False)
print(json.dumps({"labels": [json.loads(x) for x in table["labels"]], "reasons": list(table["reason"])}))`;
  const { labels, reasons } = JSON.parse(await runPython(code, await write('csv', 'labels.csv'))) as {
    labels: string[][];
    reasons: string[];
  };
  expect(labels).toEqual(marked.map((each) => each.visit.tags));
  expect(reasons[0]).toBe(`'=cmd "quoted", ünï 0\nsecond line`);
});

test('Label Studio tasks are an array with data, predictions and annotations', async () => {
  const file = await write('label-studio', 'tasks.json');
  const code = `
import json, sys
print(json.dumps([sorted(task) for task in json.load(open(sys.argv[1]))]))`;
  const tasks = JSON.parse(await runPython(code, file)) as string[][];
  expect(tasks).toEqual(marked.map(() => ['annotations', 'data', 'predictions']));
});

async function write(format: string, name: string): Promise<string> {
  const file = join(data.folder, name);
  const { code, err } = await runCli('labels', 'export', '--format', format, '--output', file, ...data.options);
  expect(code, err).toBe(0);
  return file;
}
