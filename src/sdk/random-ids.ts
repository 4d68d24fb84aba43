import { randomFillSync } from 'node:crypto';
import type { IdGenerator } from '@opentelemetry/sdk-trace';

const POOL_BYTES = 4096;

/** Ids out of a pool of cryptographic randomness, which also takes less time than the SDK's generator. */
export function createRandomIds(): IdGenerator {
  const pool = Buffer.allocUnsafeSlow(POOL_BYTES);
  let used = POOL_BYTES;
  const next = (bytes: number): string => {
    if (used + bytes > POOL_BYTES) {
      randomFillSync(pool);
      used = 0;
    }
    const id = pool.toString('hex', used, used + bytes);
    used += bytes;
    // Zeros alone are not an id.
    return /[^0]/.test(id) ? id : next(bytes);
  };
  return { generateTraceId: () => next(16), generateSpanId: () => next(8) };
}
