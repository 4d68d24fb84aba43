import { randomBytes } from 'node:crypto';
import type { IdGenerator } from '@opentelemetry/sdk-trace';

/** Small, for an id that is kept long keeps the digits of its neighbours. */
const POOL_BYTES = 512;

/** Ids cut from a pool of cryptographic randomness, which takes less time than the SDK's generator. */
export function createRandomIds(): IdGenerator {
  let digits = '';
  let used = 0;
  const next = (length: number): string => {
    if (used + length > digits.length) {
      digits = randomBytes(POOL_BYTES).toString('hex');
      used = 0;
    }
    used += length;
    const id = digits.slice(used - length, used);
    // Zeros alone are not an id.
    return /^0+$/.test(id) ? next(length) : id;
  };
  return { generateTraceId: () => next(32), generateSpanId: () => next(16) };
}
