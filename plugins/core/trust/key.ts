import type { KeyObject } from 'node:crypto';
import type { SignerKey } from './types';

/** A public key that no signature is believed from; `found` says what it is, in ASCII. */
export interface UnacceptableKey {
  readonly type: 'unacceptable';
  readonly found: string;
}

const MIN_RSA_BITS = 2048;
/** Above this a signature check is a way to burn our time, not a better key. */
const MAX_RSA_BITS = 8192;
const MIN_RSA_EXPONENT = 3n;
const MAX_RSA_EXPONENT = 2n ** 32n;

const CURVES = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' } as const;

/** RSA of 2048 to 8192 bits with a sane exponent, or EC on P-256, P-384 or P-521 (ModI SEC-DS, RFC 7518 3.3, 3.4). */
export function signerKeyOf(key: KeyObject): SignerKey | UnacceptableKey {
  if (key.asymmetricKeyType === 'rsa') return rsaKey(key);
  if (key.asymmetricKeyType === 'ec') return ecKey(key);
  return unacceptable(`of type ${key.asymmetricKeyType ?? 'unknown'}`);
}

function rsaKey(key: KeyObject): SignerKey | UnacceptableKey {
  const { modulusLength: bits = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (bits < MIN_RSA_BITS) return unacceptable(`RSA of ${bits} bits`);
  if (bits > MAX_RSA_BITS) return unacceptable(`RSA of ${bits} bits, more than ${MAX_RSA_BITS}`);
  if (publicExponent < MIN_RSA_EXPONENT || publicExponent > MAX_RSA_EXPONENT || publicExponent % 2n === 0n) {
    return unacceptable(`RSA with a public exponent that is not odd or not within 3 and 2^32`);
  }
  return { type: 'RSA', bits, key };
}

function ecKey(key: KeyObject): SignerKey | UnacceptableKey {
  const name = key.asymmetricKeyDetails?.namedCurve ?? 'an unnamed curve';
  if (!Object.hasOwn(CURVES, name)) return unacceptable(`EC on ${name}`);
  return { type: 'EC', curve: CURVES[name as keyof typeof CURVES], key };
}

const unacceptable = (found: string): UnacceptableKey => ({ type: 'unacceptable', found });

/** The public key could not even be read: an unknown algorithm, or a point that is on no curve. */
export const UNREADABLE_KEY: UnacceptableKey = unacceptable('of an unknown type');
