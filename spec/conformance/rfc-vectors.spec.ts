import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { digestOfBody, parseDigest } from '../../plugins/core/digest';
import { splitCompact } from '../../plugins/core/token';
import { checkSignature } from '../../plugins/core/verify/check-signature';
import type { Verification } from '../../plugins/core/verify';
import { DIGEST_VECTORS, JWS_VECTORS, type JwsVector } from './rfc-vectors';

function judge({ alg, jwk }: JwsVector, jws: string): void {
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const curve = jwk['crv'] as 'P-256' | 'P-521';
  const signer = { key: jwk['kty'] === 'RSA' ? { type: 'RSA', bits: 2048, key } : { type: 'EC', curve, key } };
  const token = { kind: 'ID_AUTH', text: jws, parts: splitCompact(jws), jose: { alg, raw: {} }, signer };
  checkSignature('ID_AUTH').run({ tokens: { ID_AUTH: token } } as unknown as Verification);
}

describe('signatures printed in RFC 7515 and RFC 7520', () => {
  it.each(JWS_VECTORS.map((vector) => [vector.name, vector] as const))('%s verifies', (_, vector) => {
    judge(vector, vector.jws);
  });

  it.each(JWS_VECTORS.map((vector) => [vector.name, vector] as const))(
    '%s changed in one character does not',
    (_, vector) => {
      const [header = '', payload = '', signature = ''] = vector.jws.split('.');
      const other = (text: string): string => (text[5] === 'A' ? 'B' : 'A');
      const change = (text: string): string => text.slice(0, 5) + other(text) + text.slice(6);
      for (const parts of [
        [change(header), payload, signature],
        [header, change(payload), signature],
        [header, payload, change(signature)],
      ]) {
        expect(() => {
          judge(vector, parts.join('.'));
        }).toThrowWithCode('MODI_SIGNATURE_INVALID');
      }
    },
  );
});

describe('digests printed in RFC 9530 and in the ModI documents', () => {
  it.each(DIGEST_VECTORS)('$name', async ({ body, sha256 }) => {
    const parsed = parseDigest(`SHA-256=${sha256}`);
    const facts = await digestOfBody({ kind: 'bytes', bytes: Buffer.from(body) }, 'SHA-256', 1000);
    expect('bytes' in parsed && facts.digest?.equals(parsed.bytes)).toBe(true);
  });
});
