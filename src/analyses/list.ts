import type { Analysis } from './analysis.ts';
import { confusionAnalysis } from './confusion-section.ts';
import { crawlStatistics } from './crawl-statistics.ts';
import { dataCompleteness } from './data-completeness.ts';
import { driftAnalysis } from './drift-section.ts';
import { failures } from './failures.ts';
import { semanticHealth } from './semantic-health.ts';
import { storage } from './storage.ts';
import { systemPerformance } from './system-performance.ts';
import { thresholdAnalysis } from './threshold-section.ts';
import { worstPages } from './worst-pages.ts';

/** The analyses of the weekly report, in its order. */
export const ANALYSES: readonly Analysis[] = [
  crawlStatistics,
  failures,
  worstPages,
  semanticHealth,
  thresholdAnalysis,
  driftAnalysis,
  confusionAnalysis,
  systemPerformance,
  storage,
  dataCompleteness,
];
