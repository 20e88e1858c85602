import { sign, type KeyObject, type SignKeyObjectInput } from 'node:crypto';
import { HASHES } from './algorithm';
import type { TokenClaims } from './claims';
import type { JoseHeader } from './jws';

/** A key with its JOSE header, ready to sign any number of tokens. */
export interface CompactSigner {
  readonly jose: JoseHeader;
  /** The compact JWS (RFC 7515 7.1) over the claims. Rejects with the platform's error when the key cannot sign. */
  sign(claims: TokenClaims): Promise<string>;
}

/**
 * The header is encoded once. P-256 signs in a few dozen microseconds, less than a trip to the thread pool costs; every
 * other key takes from half a millisecond to several, and signs on the pool, so that it never holds up other requests.
 */
export function compactSigner(jose: JoseHeader, key: KeyObject): CompactSigner {
  const header = `${base64url(JSON.stringify(jose))}.`;
  const hash = HASHES[jose.alg];
  // RFC 7518 3.4: R and S side by side, not the ASN.1 that OpenSSL makes by default. RSA ignores it.
  const input: SignKeyObjectInput = { key, dsaEncoding: 'ieee-p1363' };
  const signatureOf = jose.alg === 'ES256' ? signNow : signOnPool;
  return {
    jose,
    sign: async (claims) => {
      const signed = header + base64url(JSON.stringify(claims));
      const signature = await signatureOf(hash, Buffer.from(signed, 'latin1'), input);
      return `${signed}.${signature.toString('base64url')}`;
    },
  };
}

const base64url = (text: string): string => Buffer.from(text, 'utf8').toString('base64url');

const signNow = (hash: string, data: Buffer, input: SignKeyObjectInput): Buffer => sign(hash, data, input);

const signOnPool = (hash: string, data: Buffer, input: SignKeyObjectInput): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    sign(hash, data, input, (error, signature) => {
      if (error === null) resolve(signature);
      else reject(error);
    });
  });
