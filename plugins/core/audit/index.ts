export { ChainError, ChainWriter, findingText, FINDINGS, openSigner, readChain, verifyFolder } from './chain';
export type {
  ChainEntry,
  ChainSigner,
  ChainVerdict,
  Finding,
  FindingCode,
  FolderVerdict,
  OpenedSigner,
  Progress,
  ReadOptions,
  VerifiedUpTo,
  VerifyOptions,
  WriterOptions,
} from './chain';
