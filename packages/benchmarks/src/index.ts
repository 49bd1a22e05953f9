export { suites } from './suites';
export type { Row, Suite, SuiteOptions } from './suite';
