import { defineSuite } from './vitest.suite.ts';

export default defineSuite('python', {});
