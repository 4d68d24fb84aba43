import { buffer } from 'node:stream/consumers';
import { parseKeyPairsIntoRecord } from '@opentelemetry/core';

/** The child process of `postSync`: posts standard input to the endpoint of a signal. */
const [endpoint = '', signal = ''] = process.argv.slice(2);
const headers = {
  ...parseKeyPairsIntoRecord(process.env['OTEL_EXPORTER_OTLP_HEADERS']),
  ...parseKeyPairsIntoRecord(process.env[`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_HEADERS`]),
  'content-type': 'application/json',
};
const response = await fetch(endpoint, {
  method: 'POST',
  headers,
  body: await buffer(process.stdin),
  signal: AbortSignal.timeout(2000),
});
process.exitCode = response.ok ? 0 : 1;
