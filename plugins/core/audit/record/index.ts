export { accessRecord } from './access-record';
export type { AccessRecord } from './access-record';
export { evidenceDue, evidenceState } from './evidence-state';
export type { EvidenceDue } from './evidence-state';
export { finishedAt, parseKongLine, startedAt, tableOf } from './kong-line';
export { ACCESS_RECORD_SCHEMA } from './record-schema';
export { redaction } from './redaction';
export type { Redaction, RedactionRules } from './redaction';
export { checkPaths } from './record-paths';
