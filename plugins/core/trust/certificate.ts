import { createHash, X509Certificate, type KeyObject } from 'node:crypto';
import { signerKeyOf, UNREADABLE_KEY, type UnacceptableKey } from './key';
import type { SignerKey } from './types';

/** Largest certificate that is parsed, in bytes of DER: twice what a qualified certificate with RSA 4096 needs. */
export const MAX_CERTIFICATE_SIZE = 16_384;

/** A certificate as the platform reads it. Nothing here says whether anybody vouches for it. */
export interface Certificate {
  readonly x509: X509Certificate;
  /** SHA-256 of the DER in base64url. */
  readonly thumbprint: string;
  /** Names on one line, attributes as OpenSSL prints them, special and control characters escaped. */
  readonly subject: string;
  readonly issuer: string;
  /** Hexadecimal, upper case. */
  readonly serial: string;
  /** Seconds since the epoch; both ends belong to the validity. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly key: SignerKey | UnacceptableKey;
}

/** The bytes are no certificate. The message is ASCII, without any of those bytes. */
export class CertificateFormatError extends Error {
  override readonly name = 'CertificateFormatError';
}

/**
 * Reads one certificate from DER: at most 16 KiB, nothing before or after it, canonical outside the signed part.
 *
 * @throws CertificateFormatError for any other bytes.
 */
export function parseCertificate(der: Buffer): Certificate {
  if (der.length > MAX_CERTIFICATE_SIZE) {
    throw new CertificateFormatError(`has ${der.length} bytes, at most ${MAX_CERTIFICATE_SIZE} are accepted`);
  }
  const x509 = readStrictly(der);
  return {
    x509,
    thumbprint: thumbprintOf(der),
    subject: oneLine(x509.subject),
    issuer: oneLine(x509.issuer),
    serial: x509.serialNumber,
    notBefore: epochSeconds(x509.validFrom),
    notAfter: epochSeconds(x509.validTo),
    key: keyOf(x509),
  };
}

export const thumbprintOf = (der: Buffer): string => createHash('sha256').update(der).digest('base64url');

/** The platform also takes PEM, and ignores what follows the certificate: its own encoding must be what we were given. */
function readStrictly(der: Buffer): X509Certificate {
  let x509: X509Certificate;
  try {
    x509 = new X509Certificate(der);
  } catch (error) {
    throw new CertificateFormatError('is no X.509 certificate in DER', { cause: error });
  }
  if (!x509.raw.equals(der)) throw new CertificateFormatError('is not DER, or has bytes before or after it');
  return x509;
}

function keyOf(x509: X509Certificate): Certificate['key'] {
  let key: KeyObject;
  try {
    key = x509.publicKey;
  } catch {
    // OpenSSL knows no such algorithm or point: the certificate stands, its key is refused where it would be used.
    return UNREADABLE_KEY;
  }
  return signerKeyOf(key);
}

/** An empty name is undefined in Node. Line feeds inside a value are escaped, so each line is one attribute set. */
const oneLine = (name: string | undefined): string => (name ?? '').replaceAll('\n', ',');

const PLATFORM_DATE = /^[A-Z][a-z]{2} [ 123]\d \d{2}:\d{2}:\d{2} (\d{4}) GMT$/;

/** RFC 5280 4.1.2.5: whole seconds of UTC, no year before 1950. */
function epochSeconds(date: string): number {
  const year = PLATFORM_DATE.exec(date)?.[1];
  const milliseconds = year === undefined || Number(year) < 1950 ? NaN : Date.parse(date);
  if (Number.isNaN(milliseconds)) throw new CertificateFormatError('has a validity date that is not of RFC 5280');
  return milliseconds / 1000;
}
