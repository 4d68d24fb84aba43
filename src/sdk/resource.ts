import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';
import {
  defaultResource,
  envDetector,
  hostDetector,
  osDetector,
  processDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
  type Resource,
  type ResourceDetector,
} from '@opentelemetry/resources';
import { ATTR_SERVICE_NAME } from '@opentelemetry/semantic-conventions';
import { redactingDetector } from './redacting-processor.ts';

/** Who writes the telemetry; `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` win over it, as the SDK merges them later. */
export function describeProcess(serviceName: string | undefined): Resource {
  const own = { [ATTR_SERVICE_NAME]: serviceName ?? packageName(process.cwd()), 'thread.id': threadId };
  return defaultResource().merge(resourceFromAttributes(own));
}

/** What else is found out: the process (its command line redacted), host and system; the variables come last and win. */
export function detectors(): ResourceDetector[] {
  return [serviceInstanceIdDetector, redactingDetector(processDetector), hostDetector, osDetector, envDetector];
}

/** The name in the nearest package.json, as the service's name of last resort. */
function packageName(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    try {
      const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: unknown };
      if (typeof name === 'string' && name !== '') return name;
    } catch {
      // No readable package.json here: look further up.
    }
    if (dirname(folder) === folder) return 'crawler';
  }
}
