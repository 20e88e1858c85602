import { generateKeyPair, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

/** The keys that ModI signatures may use (ModI SEC-DS). */
export type KeyKind = 'EC-P256' | 'EC-P384' | 'EC-P521' | 'RSA-2048' | 'RSA-3072' | 'RSA-4096';

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const generate = promisify(generateKeyPair);

/** A new key pair. RSA takes up to seconds; it runs outside the event loop. */
export function newKeyPair(kind: KeyKind): Promise<KeyPair> {
  const [type, size = ''] = kind.split('-');
  return type === 'RSA'
    ? generate('rsa', { modulusLength: Number(size) })
    : generate('ec', { namedCurve: size.replace('P', 'P-') });
}

/**
 * A new private RSA key of 2048 bits, PKCS #8 in PEM. Made as a text: Node 20 may stand still for ever when a pair is
 * collected while its own key is being exported.
 */
export const newRsaPem = (): string =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { format: 'pem', type: 'spki' },
    privateKeyEncoding: { format: 'pem', type: 'pkcs8' },
  }).privateKey;
