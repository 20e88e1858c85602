export {
  ChainError,
  checkEvidence,
  ChainWriter,
  EvidenceStore,
  findingText,
  FINDINGS,
  newTally,
  openSigner,
  openStated,
  readChain,
  readStretch,
  refsIn,
  sealOf,
  signerIdOf,
  verifyFolder,
} from './chain';
export type {
  ChainEntry,
  ChainLine,
  ChainSigner,
  ChainState,
  ChainVerdict,
  EvidenceRef,
  EvidenceTally,
  Finding,
  FindingCode,
  FolderVerdict,
  Members,
  NewRecord,
  OpenedSigner,
  Progress,
  ReadOptions,
  RecordPlace,
  StatedSigner,
  VerifiedUpTo,
  VerifyOptions,
  WriterOptions,
} from './chain';
export { Collector, COLLECTOR_SCHEMA, readSettings } from './collect';
export type { CollectorSettings, CollectorWorld } from './collect';
export { LogReceiver } from './receive';
export type { ReceiverSettings } from './receive';
export { ACCESS_RECORD_SCHEMA, accessRecord, tableOf } from './record';
export { farEndOf, Sink } from './sinks';
export { openTimestamp, TimestampError } from './timestamp';
