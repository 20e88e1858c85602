export { issueCertificate } from './issue';
export type { Issued, IssueOptions } from './issue';
export { issueCrl } from './issue-crl';
export { newKeyPair } from './keys';
export type { KeyKind } from './keys';
export { toPem } from './encoding';
export { loadLibrary } from './library';
export type { X509Library } from './library';
