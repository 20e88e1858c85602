export { issueCertificate } from './issue';
export type { Issued, IssueOptions, Issuer, KeyUsage, RawExtension } from './issue';
export { issueCrl } from './issue-crl';
export type { CrlOptions } from './issue-crl';
export { newKeyPair } from './keys';
export type { KeyKind, KeyPair } from './keys';
export { toPem } from './encoding';
export { loadLibrary } from './library';
export type { X509Library } from './library';
