import { defineSuite } from './vitest.suite.ts';

export default defineSuite('e2e', { globalSetup: ['test/programs/build.ts'] });
