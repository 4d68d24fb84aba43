import { serve } from './serve.ts';
import { doctor } from './doctor.ts';
import { schedule } from './schedule.ts';
import { monitor } from './monitor.ts';
import { health } from './health.ts';
import { healthHistory } from './health-history.ts';
import { alertsCheck } from './alerts-check.ts';
import { alertsList } from './alerts-list.ts';
import { alertsPrometheus } from './alerts-prometheus.ts';
import { alertsTest } from './alerts-test.ts';
import type { CliCommand } from './command.ts';
import { drift } from './drift.ts';
import { ingest } from './ingest.ts';
import { exportRecords } from './export.ts';
import { failures } from './failures.ts';
import { report } from './report.ts';
import { confusion } from './confusion.ts';
import { labelsExport } from './labels-export.ts';
import { labelsList } from './labels-list.ts';
import { labelsSuggest } from './labels-suggest.ts';
import { labelsUndo } from './labels-undo.ts';
import { markFalseNegative } from './mark-false-negative.ts';
import { markFalsePositive } from './mark-false-positive.ts';
import { retryFailedEmbeddings } from './retry-failed-embeddings.ts';
import { thresholds } from './thresholds.ts';
import { replay } from './replay.ts';
import { trace } from './trace.ts';

/** Every command, in the order `crawlscope --help` shows them. */
export const COMMANDS: readonly CliCommand<never>[] = [
  ingest,
  trace,
  report,
  failures,
  exportRecords,
  drift,
  confusion,
  thresholds,
  markFalsePositive,
  markFalseNegative,
  labelsList,
  labelsUndo,
  labelsSuggest,
  labelsExport,
  retryFailedEmbeddings,
  alertsCheck,
  alertsList,
  alertsTest,
  alertsPrometheus,
  health,
  healthHistory,
  monitor,
  replay,
  schedule,
  serve,
  doctor,
];
