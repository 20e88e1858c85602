import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { ContainerError, isPkcs12, readContainer } from '../../core/pki';
import { readPrivateKey, SigningError } from '../../core/sign';
import { CertificateFormatError, parseCertificate, type Certificate } from '../../core/trust';

/** What stands in some bytes, whatever they are. */
export interface Things {
  readonly certificates: Certificate[];
  /** Revocation lists in DER, not looked into. */
  readonly lists: Buffer[];
  /** Public keys, of private ones too. */
  readonly keys: KeyObject[];
  /** A JWK Set, not looked into. */
  readonly keySets: Buffer[];
  /** What could not be read, each as the rest of a sentence that begins with "it"; ASCII. */
  readonly problems: string[];
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([^]*?)-----END \1-----/g;

/** Takes apart PEM with blocks of any kinds, DER of a certificate, a list or a key, PKCS#12, a JWK, or a JWK Set. */
export function thingsIn(bytes: Buffer, password: string | undefined): Things {
  const things: Things = { certificates: [], lists: [], keys: [], keySets: [], problems: [] };
  const text = bytes.toString('latin1');
  if (isPkcs12(bytes)) fromContainer(bytes, password, things);
  else if (text.trimStart().startsWith('{')) fromJson(bytes, things);
  else if (bytes[0] === 0x30) fromDer(bytes, things);
  else fromPem(text, password, things);
  return things;
}

function fromContainer(bytes: Buffer, password: string | undefined, things: Things): void {
  attempt(things, () => {
    const { keys, certificates } = readContainer(bytes, password);
    for (const der of certificates) attempt(things, () => things.certificates.push(parseCertificate(der)));
    for (const key of keys) {
      attempt(things, () => things.keys.push(createPublicKey(createPrivateKey({ key, format: 'der', type: 'pkcs8' }))));
    }
  });
}

function fromJson(bytes: Buffer, things: Things): void {
  attempt(things, () => {
    const value = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
    if (Array.isArray(value['keys'])) things.keySets.push(bytes);
    else things.keys.push(createPublicKey({ key: value, format: 'jwk' }));
  });
}

/** A list is what a certificate and a key are not; whether it is one is found out by whoever reads it. */
function fromDer(bytes: Buffer, things: Things): void {
  try {
    things.certificates.push(parseCertificate(bytes));
  } catch (error) {
    if (!(error instanceof CertificateFormatError)) throw error;
    const key = derKey(bytes);
    if (key === undefined) things.lists.push(bytes);
    else things.keys.push(key);
  }
}

function derKey(bytes: Buffer): KeyObject | undefined {
  try {
    return createPublicKey(createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8' }));
  } catch {
    // Then it is something else.
    return undefined;
  }
}

function fromPem(text: string, password: string | undefined, things: Things): void {
  const blocks = [...text.matchAll(BLOCK)];
  if (blocks.length === 0) things.problems.push('is neither PEM, DER, PKCS#12 nor JWK');
  for (const [whole, label = '', base64 = ''] of blocks) {
    attempt(things, () => {
      takeBlock(label, whole, Buffer.from(base64, 'base64'), password, things);
    });
  }
}

function takeBlock(label: string, whole: string, der: Buffer, password: string | undefined, things: Things): void {
  if (label === 'CERTIFICATE') things.certificates.push(parseCertificate(der));
  else if (label === 'X509 CRL') things.lists.push(der);
  else if (label.endsWith('PRIVATE KEY')) {
    things.keys.push(createPublicKey(readPrivateKey(Buffer.from(whole, 'latin1'), password)));
  } else if (label.endsWith('PUBLIC KEY')) things.keys.push(createPublicKey(whole));
  // What openssl writes in front of an EC key is part of the key.
  else if (label !== 'EC PARAMETERS') things.problems.push(`holds a ${label}, which is not looked at`);
}

/** Reads one thing; what is wrong with it does not keep the others from being read. */
function attempt(things: Things, read: () => unknown): void {
  try {
    read();
  } catch (error) {
    things.problems.push(problemOf(error));
  }
}

function problemOf(error: unknown): string {
  if (error instanceof CertificateFormatError) return `holds a certificate that ${error.message}`;
  if (error instanceof ContainerError) return error.message;
  if (error instanceof SigningError) return `holds a key that cannot be read: ${error.message}`;
  return 'holds something that cannot be read';
}
