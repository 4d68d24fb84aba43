import { measureGolden } from './accuracy.ts';
import type { HealthCheck } from './health-check.ts';
import {
  measureAge,
  measureDisk,
  measureDropped,
  measureErrorRate,
  measureMemory,
  measureRetryQueue,
} from './health-measures.ts';

/** Every check, in the order shown; limits by default. */
export const CHECKS = [
  {
    id: 'accuracy',
    title: 'Semantic accuracy',
    limit: 0.9,
    direction: 'at least',
    unit: '1',
    action: 'Look at the wrong pages: crawlscope confusion; then correct the centroids or the threshold.',
    measure: measureGolden,
  },
  {
    id: 'memory',
    title: 'Memory',
    limit: 0.8,
    direction: 'below',
    unit: '1',
    action: 'Lower the concurrency, or give the machine more memory.',
    measure: measureMemory,
  },
  {
    id: 'error_rate',
    title: 'Error rate of the last 24 hours',
    limit: 0.05,
    direction: 'below',
    unit: '1',
    action: 'See which domain and stage fail: crawlscope failures --by domain.',
    measure: measureErrorRate,
  },
  {
    id: 'telemetry_age',
    title: 'Age of the newest telemetry',
    limit: 86_400,
    direction: 'at most',
    unit: 's',
    action: 'Check that the crawler runs with --import crawlscope/register and writes to this folder: crawlscope doctor.',
    measure: measureAge,
  },
  {
    id: 'telemetry_dropped',
    title: 'Telemetry dropped in the last 24 hours',
    limit: 0,
    direction: 'at most',
    unit: '{item}',
    action: 'See the reasons with crawlscope doctor: a full disk, a slow collector, or a burst larger than the queue.',
    measure: measureDropped,
  },
  {
    id: 'retry_queue',
    title: 'Embeddings waiting for a retry',
    limit: 100,
    direction: 'at most',
    unit: '{page}',
    action: 'Try them again: crawlscope retry-failed-embeddings --handler ./embed.js.',
    measure: measureRetryQueue,
  },
  {
    id: 'disk_left',
    title: 'Disk left',
    limit: 0.1,
    direction: 'at least',
    unit: '1',
    action: 'Delete old telemetry files, or lower diskLimit in crawlscope.config.',
    measure: measureDisk,
  },
] as const satisfies readonly HealthCheck[];

export type CheckId = (typeof CHECKS)[number]['id'];
