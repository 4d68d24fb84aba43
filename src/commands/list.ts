import type { CliCommand } from './command.ts';

/** The words after `crawlscope`, and how to load the command's file: only those asked for are loaded. */
export type CommandEntry = readonly [name: string, load: () => Promise<CliCommand<never>>];

/** Every command, in the order `crawlscope --help` shows them. */
export const COMMANDS: readonly CommandEntry[] = [
  ['ingest', async () => (await import('./ingest.ts')).ingest],
  ['trace', async () => (await import('./trace.ts')).trace],
  ['report', async () => (await import('./report.ts')).report],
  ['failures', async () => (await import('./failures.ts')).failures],
  ['export', async () => (await import('./export.ts')).exportRecords],
  ['drift', async () => (await import('./drift.ts')).drift],
  ['confusion', async () => (await import('./confusion.ts')).confusion],
  ['thresholds', async () => (await import('./thresholds.ts')).thresholds],
  ['mark-false-positive', async () => (await import('./mark-false-positive.ts')).markFalsePositive],
  ['mark-false-negative', async () => (await import('./mark-false-negative.ts')).markFalseNegative],
  ['labels list', async () => (await import('./labels-list.ts')).labelsList],
  ['labels undo', async () => (await import('./labels-undo.ts')).labelsUndo],
  ['labels suggest', async () => (await import('./labels-suggest.ts')).labelsSuggest],
  ['labels export', async () => (await import('./labels-export.ts')).labelsExport],
  ['retry-failed-embeddings', async () => (await import('./retry-failed-embeddings.ts')).retryFailedEmbeddings],
  ['alerts check', async () => (await import('./alerts-check.ts')).alertsCheck],
  ['alerts list', async () => (await import('./alerts-list.ts')).alertsList],
  ['alerts test', async () => (await import('./alerts-test.ts')).alertsTest],
  ['alerts prometheus', async () => (await import('./alerts-prometheus.ts')).alertsPrometheus],
  ['health', async () => (await import('./health.ts')).health],
  ['health history', async () => (await import('./health-history.ts')).healthHistory],
  ['monitor', async () => (await import('./monitor.ts')).monitor],
  ['replay', async () => (await import('./replay.ts')).replay],
  ['schedule', async () => (await import('./schedule.ts')).schedule],
  ['serve', async () => (await import('./serve.ts')).serve],
  ['doctor', async () => (await import('./doctor.ts')).doctor],
];
