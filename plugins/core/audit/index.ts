export {
  ChainError,
  checkEvidence,
  ChainWriter,
  findingText,
  FINDINGS,
  newTally,
  openSigner,
  openStated,
  readChain,
  verifyFolder,
} from './chain';
export type {
  ChainEntry,
  ChainSigner,
  ChainVerdict,
  EvidenceTally,
  Finding,
  FindingCode,
  FolderVerdict,
  Members,
  NewRecord,
  OpenedSigner,
  Progress,
  ReadOptions,
  VerifiedUpTo,
  VerifyOptions,
  WriterOptions,
} from './chain';
export { Collector, COLLECTOR_SCHEMA, readSettings } from './collect';
export type { CollectorSettings, CollectorWorld } from './collect';
export { ACCESS_RECORD_SCHEMA, accessRecord } from './record';
export { httpBatch, Sink } from './sinks';
export { openTimestamp, TimestampError } from './timestamp';
