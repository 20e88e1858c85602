export { serialOf } from './certificate-serial';
export { contentOf, DerError, elementAt, Reader, TAG } from './der';
export type { Element } from './der';
export { distributionPointsOf } from './distribution-points';
export { revocationKeeperOf } from './keepers';
export type {
  CertificateIssuer,
  CertificateLink,
  RevocationConfig,
  RevocationOutcome,
  RevocationPolicy,
} from './types';
