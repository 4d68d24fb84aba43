import { defineConfig } from 'vitest/config';

const results = process.env.CRAWLSCOPE_TEST_RESULTS;

/** A suite with the real programs: one file at a time, and time to build them. */
export function programSuite(name: string) {
  return defineConfig({
    test: {
      include: [`test/${name}/**/*.test.ts`],
      globalSetup: ['test/programs/build.ts'],
      fileParallelism: false,
      testTimeout: 180_000,
      hookTimeout: 300_000,
      pool: 'forks',
      reporters: [
        'default',
        ...(results === undefined ? [] : [['json', { outputFile: `${results}/${name}.json` }] as ['json', object]]),
      ],
    },
  });
}

export default programSuite('e2e');
