import type { Report } from './report.ts';

/** The report as JSON, the same object every other renderer is given. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
