import { webcrypto, type KeyObject } from 'node:crypto';

export type SignatureHash = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512';

/** The library signs with WebCrypto, where curve or padding, and the hash, belong to the imported key. */
interface SigningKey {
  readonly key: webcrypto.CryptoKey;
  readonly algorithm: { readonly name: string; readonly hash: SignatureHash };
}

/** @throws TypeError for a key that can sign no certificate here. */
export async function toSigningKey(privateKey: KeyObject, hash?: SignatureHash): Promise<SigningKey> {
  const algorithm = algorithmOf(privateKey, hash);
  const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' });
  const key = await webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']);
  return { key, algorithm };
}

function algorithmOf(privateKey: KeyObject, hash: SignatureHash | undefined) {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = privateKey;
  if (type === 'rsa') return { name: 'RSASSA-PKCS1-v1_5', hash: hash ?? 'SHA-256' };
  if (type === 'ec') return ecAlgorithm(details?.namedCurve, hash);
  if (type === 'ed25519') return { name: 'Ed25519', hash: hash ?? 'SHA-512' };
  throw new TypeError(`a key of type ${type ?? privateKey.type} cannot sign certificates`);
}

function ecAlgorithm(curve: string | undefined, hash: SignatureHash | undefined) {
  const row = curve === undefined ? undefined : CURVES[curve];
  if (row === undefined) throw new TypeError(`an EC key on ${curve ?? 'an unnamed curve'} cannot sign certificates`);
  return { name: 'ECDSA', namedCurve: row.namedCurve, hash: hash ?? row.hash };
}

/** OpenSSL's name of a curve to WebCrypto's, with the hash of the same strength (RFC 5656 6.2.1). */
const CURVES: Readonly<Record<string, { readonly namedCurve: string; readonly hash: SignatureHash }>> = {
  prime256v1: { namedCurve: 'P-256', hash: 'SHA-256' },
  secp384r1: { namedCurve: 'P-384', hash: 'SHA-384' },
  secp521r1: { namedCurve: 'P-521', hash: 'SHA-512' },
};
