import { contentOf, DerError, Reader, TAG, type Element } from './der';

/** How a signature is checked, and with what kind of key. */
export interface Maths {
  readonly hash: 'sha256' | 'sha384' | 'sha512';
  readonly keyType: 'rsa' | 'ec';
}

const SIGNATURES: Readonly<Record<string, Maths>> = {
  '2a864886f70d01010b': { hash: 'sha256', keyType: 'rsa' },
  '2a864886f70d01010c': { hash: 'sha384', keyType: 'rsa' },
  '2a864886f70d01010d': { hash: 'sha512', keyType: 'rsa' },
  '2a8648ce3d040302': { hash: 'sha256', keyType: 'ec' },
  '2a8648ce3d040303': { hash: 'sha384', keyType: 'ec' },
  '2a8648ce3d040304': { hash: 'sha512', keyType: 'ec' },
};

/** The signature in a BIT STRING. */
export function signatureOf(der: Buffer, bits: Element): Buffer {
  if (bits.end - bits.content < 2 || der[bits.content] !== 0) throw new DerError('has no signature');
  return der.subarray(bits.content + 1, bits.end);
}

/** @throws DerError for an algorithm that is not accepted. */
export function mathsOf(der: Buffer, algorithm: Element): Maths {
  const fields = new Reader(der, algorithm);
  const maths = SIGNATURES[contentOf(der, fields.next(TAG.oid)).toString('hex')];
  if (maths === undefined) {
    throw new DerError(
      'is signed with an algorithm that is not accepted; RSA or ECDSA with SHA-256, SHA-384, SHA-512 is',
    );
  }
  return maths;
}
