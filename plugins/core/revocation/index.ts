export { serialOf } from './certificate-serial';
export { contentOf, DerError, elementAt, Reader, TAG } from './der';
export type { Element } from './der';
export { distributionPointsOf } from './distribution-points';
export { respondersOf } from './access-points';
export { CombinedRevocation } from './combined';
export { revocationKeeperOf } from './keepers';
export { ocspKeeperOf } from './ocsp';
export { weakerOf } from './outcome';
export type { DelegateReader, OcspConfig, OcspKeeper, OcspMeans, ResponderCertificate } from './ocsp';
export { fetchedCrl } from './crl-source';
export { takeInHand } from './held-crl';
export type { HeldCrl } from './held-crl';
export { judgeRevocation } from './judge';
export type { RevocationKeeper } from './revocation-keeper';
export type {
  CertificateIssuer,
  CertificateLink,
  RevocationAnswer,
  RevocationConfig,
  RevocationJudge,
  RevocationOutcome,
  RevocationPolicy,
  RevocationVerdict,
} from './types';
