import { defineSuite } from './vitest.suite.ts';

export default defineSuite('chaos', { globalSetup: ['test/programs/build.ts'] });
