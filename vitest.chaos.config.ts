import { programSuite } from './vitest.e2e.config.ts';

export default programSuite('chaos');
