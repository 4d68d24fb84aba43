import { defineSuite } from './vitest.suite.ts';

export default defineSuite('clickhouse', { globalSetup: ['test/programs/build.ts'] });
