import type { Attributes } from '@opentelemetry/api';
import { detectResources, type DetectedResource, type ResourceDetector } from '@opentelemetry/resources';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { redactText } from '../crawl/redaction.ts';
import { SCOPE_NAME } from '../semconv.ts';

const LONGEST_TEXT = 16_384;

/** Redacts the URLs in the spans of other instrumentations, before any exporter sees them; it comes first. */
export function createRedactingProcessor(): SpanProcessor {
  return {
    onStart: () => {},
    onEnd: (span: ReadableSpan) => {
      if (span.instrumentationScope.name === SCOPE_NAME) return;
      redactAttributes(span.attributes);
      for (const event of span.events) redactAttributes(event.attributes ?? {});
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
}

/** A detector whose attributes (command lines carry URLs) are redacted. */
export function redactingDetector(detector: ResourceDetector): ResourceDetector {
  return {
    detect: (): DetectedResource => {
      const { attributes } = detectResources({ detectors: [detector] });
      redactAttributes(attributes);
      return { attributes };
    },
  };
}

function redactAttributes(attributes: Attributes): void {
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'string' && mayHoldUrl(value)) attributes[key] = redactText(value, LONGEST_TEXT);
    else if (Array.isArray(value))
      attributes[key] = value.map((item) => (typeof item === 'string' ? redactText(item, LONGEST_TEXT) : item)) as string[];
  }
}

function mayHoldUrl(text: string): boolean {
  return text.includes('://') || text.includes('=');
}
