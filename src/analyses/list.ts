import type { Analysis } from './analysis.ts';
import { crawlStatistics } from './crawl-statistics.ts';
import { dataCompleteness } from './data-completeness.ts';
import { driftAnalysis } from './drift-section.ts';
import { failures } from './failures.ts';
import { semanticHealth } from './semantic-health.ts';
import { storage } from './storage.ts';
import { systemPerformance } from './system-performance.ts';

/** The analyses of the weekly report, in its order. */
export const ANALYSES: readonly Analysis[] = [
  crawlStatistics,
  failures,
  semanticHealth,
  driftAnalysis,
  systemPerformance,
  storage,
  dataCompleteness,
];
