export { issueCertificate, issueCrl } from './issue';
export type { CrlOptions, Issued, IssueOptions, Issuer, KeyUsage, RawExtension } from './issue';
export { newKeyPair } from './keys';
export type { KeyKind, KeyPair } from './keys';
export { toPem } from './pem';
