/**
 * How many spans a sampled one stands for, from the threshold in its W3C trace state; 1 where there is none.
 * https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/
 */
export function weightOfState(state: string): number {
  const threshold = /(?:^|[,\s])ot=[^,]*?\bth:([\da-f]{1,14})/.exec(state)?.[1];
  if (threshold === undefined) return 1;
  const rejected = Number.parseInt(threshold.padEnd(14, '0'), 16) / 2 ** 56;
  return 1 / (1 - rejected);
}
