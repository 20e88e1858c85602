import type { CertificateIssuer, DelegateReader, ResponderCertificate } from '../revocation';
import { CertificateFormatError, parseCertificate, type Certificate } from './certificate';
import { contentsOf, KEY_USAGE, type Contents } from './contents';
import { linkTo } from './links';
import { extensionsUnderstood, firstProblem, strongHash } from './rules';

const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';
const SIGNING = KEY_USAGE.digitalSignature | KEY_USAGE.nonRepudiation;

/** A certificate that is configured as a responder's: its answers are believed as long as it is valid. */
export const trustedResponder = (certificate: Certificate): ResponderCertificate => ({
  thumbprint: certificate.thumbprint,
  name: contentsOf(certificate).subjectName,
  key: certificate.x509.publicKey,
  notBefore: certificate.notBefore,
  notAfter: certificate.notAfter,
  link: undefined,
});

/**
 * Reads delegated responders' certificates (RFC 6960 4.2.2.2). One is looked into only when the very authority has
 * signed it; it must be for signing answers, with a strong key and hash.
 */
export const readDelegate: DelegateReader = (der, issuer) => {
  try {
    const certificate = parseCertificate(der);
    const { key } = certificate;
    if (key.type === 'unacceptable') return `has a key ${key.found}`;
    if (!certificate.x509.verify(issuer.key)) return 'its issuer has not issued';
    const contents = contentsOf(certificate);
    return problemOf(contents, issuer) ?? delegateOf(certificate, contents, issuer);
  } catch (error) {
    if (error instanceof CertificateFormatError) return error.message;
    throw error;
  }
};

function problemOf(contents: Contents, issuer: CertificateIssuer): string | undefined {
  const { extendedKeyUsage, issuerName, keyUsage } = contents;
  if (issuerName !== issuer.name) return 'names another issuer';
  if (extendedKeyUsage?.includes(OCSP_SIGNING) !== true) return 'is not for signing answers (no OCSPSigning)';
  if (keyUsage !== undefined && (keyUsage & SIGNING) === 0) return 'may not sign (keyUsage)';
  return firstProblem(contents, [extensionsUnderstood, strongHash]);
}

const delegateOf = (certificate: Certificate, contents: Contents, issuer: CertificateIssuer): ResponderCertificate => ({
  ...trustedResponder(certificate),
  link: contents.needsNoCheck ? undefined : linkTo(certificate, issuer),
});
