import { alternativeNamesOf } from './alternative-names';
import type { Certificate } from './certificate';
import { contentsOf } from './contents';
import type { CertificateFacts, Signer } from './types';

/** What the pack tells of a certificate that is trusted: contents are read. */
export function factsOf(certificate: Certificate): CertificateFacts {
  const { subject, issuer, serial, thumbprint, notBefore, notAfter } = certificate;
  const { organizationIdentifier, commonName, organizationalUnits } = contentsOf(certificate);
  return {
    subject,
    issuer,
    serial,
    thumbprint,
    organizationIdentifier,
    commonName,
    organizationalUnits,
    alternativeNames: alternativeNamesOf(certificate.x509.subjectAltName),
    notBefore,
    notAfter,
  };
}

/** The certificate of a signer; undefined for a key that is trusted without one. */
export const certificateOf = (signer: Signer | undefined): CertificateFacts | undefined =>
  signer === undefined || signer.path.length === 0 ? undefined : signer.certificate;
