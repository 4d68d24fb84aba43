import { SeverityNumber, logs, type Attributes, type Context } from '@opentelemetry/api';
import { LOG_RUN, SCOPE_NAME } from '../semconv.ts';

/** Writes the run's record when it starts, so that a crash does not lose it. */
export function writeRunStart(attributes: Attributes, ctx: Context): void {
  logs.getLogger(SCOPE_NAME).emit({ eventName: LOG_RUN, severityNumber: SeverityNumber.INFO, attributes, context: ctx });
}
