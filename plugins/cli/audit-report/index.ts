export { isEvent } from './events';
export { Counter } from './figures';
export { reportPage } from './page';
export { chainsOf, reportCsv } from './report';
export type { AuditReport } from './report';
export { Tracing } from './tracing';
