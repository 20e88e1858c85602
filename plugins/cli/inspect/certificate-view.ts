import { createHash, type X509Certificate } from 'node:crypto';

/** A certificate in the words of a report. Times are seconds since the epoch. */
export interface CertificateView {
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly key: string;
  /** SHA-256 of the DER in base64url: what x5t#S256 would hold. */
  readonly thumbprint: string;
  /** Does the next certificate of the list name itself as the issuer of this one, and did its key sign it? */
  readonly issuedByNext: boolean;
}

export function certificateViews(certificates: readonly X509Certificate[]): readonly CertificateView[] {
  return certificates.map((certificate, index) => ({
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    serial: certificate.serialNumber,
    notBefore: Date.parse(certificate.validFrom) / 1000,
    notAfter: Date.parse(certificate.validTo) / 1000,
    key: keyOf(certificate),
    thumbprint: createHash('sha256').update(certificate.raw).digest('base64url'),
    issuedByNext: isIssuedBy(certificate, certificates[index + 1]),
  }));
}

/** Node gives one attribute per line, general first; people read a name from the particular end. */
const oneLine = (name: string): string => name.split('\n').reverse().join(', ');

function keyOf({ publicKey }: X509Certificate): string {
  const { modulusLength, namedCurve } = publicKey.asymmetricKeyDetails ?? {};
  const size = modulusLength ?? namedCurve ?? '';
  return `${(publicKey.asymmetricKeyType ?? 'unknown').toUpperCase()} ${size === 'prime256v1' ? 'P-256' : size}`.trim();
}

const isIssuedBy = (certificate: X509Certificate, issuer: X509Certificate | undefined): boolean =>
  issuer !== undefined && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
