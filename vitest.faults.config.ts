import { defineSuite } from './vitest.suite.ts';

export default defineSuite('faults', {});
