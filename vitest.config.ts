import { defineSuite } from './vitest.suite.ts';

const SLOW = ['browser', 'chaos', 'clickhouse', 'e2e', 'faults', 'python'];

export default defineSuite('unit', {
  include: ['test/**/*.test.ts'],
  exclude: [...SLOW.map((name) => `test/${name}/**`), '**/node_modules/**'],
  fileParallelism: true,
  testTimeout: 120_000,
  hookTimeout: 300_000,
});
