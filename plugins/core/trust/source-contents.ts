import { ContainerError, isPkcs12, readContainer } from '../pki';
import { CertificateFormatError, parseCertificate, type Certificate } from './certificate';

/** A source does not hold what it should. The message names the source and is ASCII, without any of its contents. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
}

const PEM_BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \1-----/g;
const PEM_BEGIN = /-----BEGIN ([A-Z0-9 ]+)-----/g;

/**
 * The certificates in PEM text, in one DER certificate, or in a PKCS#12 container, in their order. `origin` is how
 * errors call the source.
 *
 * @throws SourceError for no certificate, anything that is no certificate, a wrong password, and a private key.
 */
export function certificatesIn(bytes: Buffer, password: string | undefined, origin: string): readonly Certificate[] {
  const ders = isDer(bytes) ? fromDer(bytes, password, origin) : pemCertificates(bytes.toString('latin1'), origin);
  return ders.map((der, index) => parseNumbered(der, `certificate ${index + 1} of ${origin}`));
}

/** A SEQUENCE of more than 127 bytes, which no text begins with. */
const isDer = (bytes: Buffer): boolean => bytes[0] === 0x30 && (bytes[1] ?? 0) >= 0x80;

function fromDer(bytes: Buffer, password: string | undefined, origin: string): readonly Buffer[] {
  if (!isPkcs12(bytes)) return [bytes];
  const { keys, certificates } = opened(bytes, password, origin);
  if (keys.length > 0) throw new SourceError(`${origin} holds a private key; only certificates belong here`);
  if (certificates.length === 0) throw new SourceError(`${origin} holds no certificate`);
  return certificates;
}

function opened(bytes: Buffer, password: string | undefined, origin: string) {
  try {
    return readContainer(bytes, password);
  } catch (error) {
    if (!(error instanceof ContainerError)) throw error;
    throw new SourceError(`${origin} ${error.message}`, { cause: error });
  }
}

/**
 * The DER of the certificates in PEM text, not looked into.
 * @throws SourceError for no certificate, anything else in PEM, and one cut off.
 */
export function pemCertificates(text: string, origin: string): readonly Buffer[] {
  refuseOtherBlocks(text, origin);
  return [...text.matchAll(PEM_BLOCK)].map(([, , base64 = ''], index) => {
    const compact = base64.replaceAll(/\s/g, '');
    if (!BASE64.test(compact)) throw new SourceError(`certificate ${index + 1} of ${origin} is not base64`);
    return Buffer.from(compact, 'base64');
  });
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

function refuseOtherBlocks(text: string, origin: string): void {
  const labels = [...text.matchAll(PEM_BEGIN)].map(([, label = '']) => label);
  const other = labels.find((label) => label !== 'CERTIFICATE');
  if (other?.includes('PRIVATE KEY') === true) {
    throw new SourceError(`${origin} holds a private key; only certificates belong here`);
  }
  if (other !== undefined) throw new SourceError(`${origin} holds a ${other}; only certificates belong here`);
  if (labels.length === 0) throw new SourceError(`${origin} holds no PEM certificate, and is neither DER nor PKCS#12`);
  const complete = [...text.matchAll(PEM_BLOCK)].length;
  if (complete !== labels.length) {
    throw new SourceError(`${origin} holds a certificate that is cut off (BEGIN without END)`);
  }
}

function parseNumbered(der: Buffer, name: string): Certificate {
  try {
    return parseCertificate(der);
  } catch (error) {
    if (!(error instanceof CertificateFormatError)) throw error;
    throw new SourceError(`${name} ${error.message}`, { cause: error });
  }
}
