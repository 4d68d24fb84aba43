import { health } from './health.ts';
import { healthHistory } from './health-history.ts';
import { alertsCheck } from './alerts-check.ts';
import { alertsList } from './alerts-list.ts';
import { alertsPrometheus } from './alerts-prometheus.ts';
import { alertsTest } from './alerts-test.ts';
import type { CliCommand } from './command.ts';
import { drift } from './drift.ts';
import { ingest } from './ingest.ts';
import { report } from './report.ts';
import { trace } from './trace.ts';

/** Every command, in the order `crawlscope --help` shows them. */
export const COMMANDS: readonly CliCommand<never>[] = [
  ingest,
  trace, report,
  drift,
  alertsCheck,
  alertsList,
  alertsTest,
  alertsPrometheus,
  health,
  healthHistory,
];
