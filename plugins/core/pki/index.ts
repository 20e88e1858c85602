export { issueCertificate } from './issue';
export type { Issued, IssueOptions } from './issue';
export { issueCrl } from './issue-crl';
export { newKeyPair, newRsaPem } from './keys';
export type { KeyKind } from './keys';
export { toPem } from './encoding';
export { ContainerError, isPkcs12, readContainer } from './pkcs12';
export { loadLibrary } from './library';
export type { X509Library } from './library';
