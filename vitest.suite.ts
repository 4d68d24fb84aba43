import { defineConfig, type ViteUserConfig } from 'vitest/config';

const results = process.env.CRAWLSCOPE_TEST_RESULTS;

/**
 * One suite: the tests under `include`, with a JSON result named after it in `$CRAWLSCOPE_TEST_RESULTS` where that is set. The slow
 * suites run one file at a time, since they start programs of their own.
 */
export function defineSuite(name: string, test: ViteUserConfig['test']): ViteUserConfig {
  return defineConfig({
    test: {
      include: [`test/${name}/**/*.test.ts`],
      fileParallelism: false,
      testTimeout: 300_000,
      hookTimeout: 900_000,
      pool: 'forks',
      reporters: results === undefined ? ['default'] : ['default', ['json', { outputFile: `${results}/${name}.json` }]],
      ...test,
    },
  });
}
