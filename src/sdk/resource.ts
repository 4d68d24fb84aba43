import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { defaultResource, resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import { ATTR_SERVICE_NAME } from '@opentelemetry/semantic-conventions';

/** Who writes the telemetry; `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` win over it, as the SDK merges them later. */
export function describeProcess(serviceName: string | undefined): Resource {
  const own = { [ATTR_SERVICE_NAME]: serviceName ?? packageName(process.cwd()), 'thread.id': threadId };
  return defaultResource().merge(resourceFromAttributes(own));
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
