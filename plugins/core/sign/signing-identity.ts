import type { KeyObject, X509Certificate } from 'node:crypto';
import { algorithmFor, type SignatureAlgorithm } from './algorithm';
import { SigningError } from './signing-error';

/** A key that may sign, the algorithm it signs with, and the certificates that name it, signer first. */
export interface SigningIdentity {
  readonly key: KeyObject;
  readonly algorithm: SignatureAlgorithm;
  readonly certificates: readonly X509Certificate[];
}

/**
 * Key and certificates as one signer. A certificate of another key is found here, not by the receiver.
 *
 * @throws SigningError KEY_NOT_PRIVATE, KEY_MISMATCH, or what `algorithmFor` finds.
 */
export function signingIdentity(
  key: KeyObject,
  certificates: readonly X509Certificate[],
  wanted?: SignatureAlgorithm,
): SigningIdentity {
  if (key.type !== 'private')
    throw new SigningError('KEY_NOT_PRIVATE', `the key is ${key.type}, a private one is needed`);
  const [signer] = certificates;
  if (signer !== undefined && !signer.checkPrivateKey(key)) {
    throw new SigningError('KEY_MISMATCH', `the key does not belong to the certificate ${oneLine(signer.subject)}`);
  }
  return { key, algorithm: algorithmFor(key, wanted), certificates };
}

const oneLine = (name: string): string => name.split('\n').join(', ');
