export { accessRecord } from './access-record';
export { finishedAt, parseKongLine } from './kong-line';
export type { Table } from './kong-line';
export { ACCESS_RECORD_SCHEMA } from './record-schema';
export { redaction } from './redact';
export type { Redaction } from './redact';
