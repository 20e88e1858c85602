import { createHash, generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';

/** A key for DPoP alone (RFC 9449), made at the start and never written down: P-256, which signs in microseconds. */
export class DpopKey {
  /** RFC 7638. */
  readonly thumbprint: string;
  private readonly key: KeyObject;
  private readonly header: string;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { crv, kty, x, y } = publicKey.export({ format: 'jwk' });
    // The platform refuses any member more. The order is that of RFC 7638.
    const jwk = { crv, kty, x, y };
    this.key = privateKey;
    this.thumbprint = createHash('sha256').update(JSON.stringify(jwk)).digest('base64url');
    this.header = encoded({ typ: 'dpop+jwt', alg: 'ES256', jwk });
  }

  /** A proof for one request at `now` (seconds); with the voucher it goes with, bound to that (ath). */
  prove(method: 'GET' | 'POST', url: string, now: number, voucher?: string): string {
    const ath = voucher === undefined ? {} : { ath: createHash('sha256').update(voucher).digest('base64url') };
    const claims = { htm: method, htu: url, iat: Math.floor(now), jti: randomUUID(), ...ath };
    const signed = `${this.header}.${encoded(claims)}`;
    const signature = sign('sha256', Buffer.from(signed, 'latin1'), { key: this.key, dsaEncoding: 'ieee-p1363' });
    return `${signed}.${signature.toString('base64url')}`;
  }
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
