import type { KeyObject } from 'node:crypto';
import { SigningError } from './signing-error';

/** What ModI SEC-DS allows for tokens; HMAC and none do not exist here. */
export type SignatureAlgorithm = 'RS256' | 'RS384' | 'RS512' | 'ES256' | 'ES384' | 'ES512';

/** RFC 7518 3.1: what each algorithm hashes with. */
export const HASHES: Readonly<Record<SignatureAlgorithm, string>> = {
  RS256: 'sha256',
  RS384: 'sha384',
  RS512: 'sha512',
  ES256: 'sha256',
  ES384: 'sha384',
  ES512: 'sha512',
};

/** The hash of an algorithm that a stranger names; undefined for any other name. */
export const hashOf = (alg: string): string | undefined =>
  Object.hasOwn(HASHES, alg) ? HASHES[alg as SignatureAlgorithm] : undefined;

const RSA_MINIMUM_BITS = 2048;

const BY_CURVE: Readonly<Record<string, SignatureAlgorithm>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
};

/**
 * The algorithm this key signs with: the wanted one when it fits, else the key's natural one (RS256 for RSA, the one
 * of the curve for EC; RFC 7518 3.1).
 *
 * @throws SigningError KEY_TYPE, KEY_WEAK (RSA below 2048 bits) or ALGORITHM.
 */
export function algorithmFor(key: KeyObject, wanted?: SignatureAlgorithm): SignatureAlgorithm {
  const [natural, ...others] = algorithmsOf(key);
  if (wanted === undefined || wanted === natural) return natural;
  if (others.includes(wanted)) return wanted;
  throw new SigningError('ALGORITHM', `${wanted} does not fit the key, which signs ${[natural, ...others].join(', ')}`);
}

function algorithmsOf(key: KeyObject): [SignatureAlgorithm, ...SignatureAlgorithm[]] {
  const details = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa') {
    const bits = details.modulusLength ?? 0;
    if (bits < RSA_MINIMUM_BITS) {
      throw new SigningError('KEY_WEAK', `the RSA key has ${bits} bits, at least ${RSA_MINIMUM_BITS} are needed`);
    }
    return ['RS256', 'RS384', 'RS512'];
  }
  const ofCurve = key.asymmetricKeyType === 'ec' ? BY_CURVE[details.namedCurve ?? ''] : undefined;
  if (ofCurve !== undefined) return [ofCurve];
  const found = [key.asymmetricKeyType, details.namedCurve].filter((part) => part !== undefined).join(' ');
  throw new SigningError('KEY_TYPE', `the key is ${found}; RSA or EC P-256, P-384, P-521 is needed`);
}
