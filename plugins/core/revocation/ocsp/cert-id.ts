import { createHash, type KeyObject } from 'node:crypto';
import { contentOf, DerError, elementAt, Reader, TAG, type Element } from '../der';
import type { CertificateIssuer, CertificateLink } from '../types';
import { derElement } from './der-writer';

/** How a response names a certificate: by hashes of its issuer's name and key, and its serial number (RFC 6960 4.1.1). */
export interface CertId {
  readonly hash: 'sha1' | 'sha256';
  readonly nameHash: Buffer;
  readonly keyHash: Buffer;
  /** Content of the INTEGER, zeros in front left out. */
  readonly serial: Buffer;
}

/** Content of the object identifiers, in hexadecimal. SHA-1 names here, and proves nothing: every responder knows it. */
const HASHES: Readonly<Record<string, CertId['hash']>> = { '2b0e03021a': 'sha1', '608648016503040201': 'sha256' };
const SHA1 = derElement(0x30, derElement(0x06, Buffer.from('2b0e03021a', 'hex')), derElement(0x05));

/** Whether an id means the certificate of this link, and no other. */
export function denotes(
  { hash, nameHash, keyHash, serial }: CertId,
  { issuer, serial: own }: CertificateLink,
): boolean {
  const digest = (bytes: Buffer) => createHash(hash).update(bytes).digest();
  return (
    serial.equals(own) &&
    nameHash.equals(digest(Buffer.from(issuer.name, 'hex'))) &&
    keyHash.equals(digest(keyBits(issuer.key)))
  );
}

/** The DER of the id that a certificate is asked about with. */
export function encodedCertId({ issuer, serial }: CertificateLink): Buffer {
  const sha1 = (bytes: Buffer) => derElement(0x04, createHash('sha1').update(bytes).digest());
  return derElement(
    0x30,
    SHA1,
    sha1(Buffer.from(issuer.name, 'hex')),
    sha1(keyBits(issuer.key)),
    derElement(0x02, (serial[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.of(0), serial]) : serial),
  );
}

/** @throws DerError for anything but a CertID with a hash that is known here. */
export function readCertId(der: Buffer, element: Element): CertId {
  const fields = new Reader(der, element);
  const algorithm = new Reader(der, fields.next(TAG.sequence));
  const hash = HASHES[contentOf(der, algorithm.next(TAG.oid)).toString('hex')];
  if (hash === undefined) throw new DerError('names a certificate by a hash that is not accepted');
  const nameHash = contentOf(der, fields.next(TAG.octetString));
  const keyHash = contentOf(der, fields.next(TAG.octetString));
  const serial = contentOf(der, fields.next(TAG.integer));
  fields.finish();
  return { hash, nameHash, keyHash, serial: withoutZeros(serial) };
}

/** SHA-1 of an authority's key, as a response names who signed it (RFC 6960 4.2.1, KeyHash). */
export const keyHashOf = ({ key }: Pick<CertificateIssuer, 'key'>): Buffer =>
  createHash('sha1').update(keyBits(key)).digest();

const known = new WeakMap<KeyObject, Buffer>();

/** The key's bits: the BIT STRING of its SubjectPublicKeyInfo, without the octet of unused bits. */
function keyBits(key: KeyObject): Buffer {
  const before = known.get(key);
  if (before !== undefined) return before;
  const spki = key.export({ format: 'der', type: 'spki' });
  const fields = new Reader(spki, elementAt(spki, 0, spki.length));
  fields.next(TAG.sequence);
  const bits = contentOf(spki, fields.next(TAG.bitString)).subarray(1);
  known.set(key, bits);
  return bits;
}

function withoutZeros(serial: Buffer): Buffer {
  let from = 0;
  while (from < serial.length - 1 && serial[from] === 0) from += 1;
  return serial.subarray(from);
}
