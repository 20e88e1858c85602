export { serialOf } from './certificate-serial';
export { distributionPointsOf } from './distribution-points';
export { revocationKeeperOf } from './keepers';
export type {
  CertificateIssuer,
  CertificateLink,
  RevocationConfig,
  RevocationOutcome,
  RevocationPolicy,
} from './types';
