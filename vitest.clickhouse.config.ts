import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/clickhouse/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 900_000,
    pool: 'forks',
    fileParallelism: false,
  },
});
