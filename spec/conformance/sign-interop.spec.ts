import { X509Certificate } from 'node:crypto';
import { compactVerify, decodeProtectedHeader, importX509, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openssl } from '../support/openssl';
import { mockPki, type MockPki, type MockSigner } from '../support/pki';
import { receive } from '../support/received-answers';
import { digestOf } from '../support/requests';
import { CALLER, keyFolder, signRoute } from '../support/sign-route';
import { NOW } from '../support/verify-route';

/** Every algorithm with a key that fits it. */
const ALGORITHMS = [
  ['RS256', 'RSA-2048', 'sha256'],
  ['RS384', 'RSA-3072', 'sha384'],
  ['RS512', 'RSA-2048', 'sha512'],
  ['ES256', 'EC-P256', 'sha256'],
  ['ES384', 'EC-P384', 'sha384'],
  ['ES512', 'EC-P521', 'sha512'],
] as const;

let pki: MockPki;
const signers = new Map<string, MockSigner>();
const { path, done } = keyFolder();
beforeAll(async () => {
  pki = await mockPki();
  const kinds = new Set(ALGORITHMS.map(([, key]) => key));
  await Promise.all([...kinds].map(async (key) => signers.set(key, await pki.issue({ key, subject: `CN=${key}` }))));
});
afterAll(done);

async function tokenOf(algorithm: string, key: string): Promise<string> {
  const answer = await receive(signRoute(signers.get(key)!, { algorithm, request_digest: true }), {}, 'SHA-256=x');
  return answer.headers.get('agid-jwt-signature')?.[0] ?? '';
}

describe.each(ALGORITHMS)('an answer signed with %s', (algorithm, key, hash) => {
  it('verifies with jose, under the certificate that the token carries', async () => {
    const token = await tokenOf(algorithm, key);
    const [leaf = ''] = decodeProtectedHeader(token).x5c ?? [];
    const certificate = new X509Certificate(Buffer.from(leaf, 'base64'));
    const publicKey = await importX509(certificate.toString(), algorithm);
    const { payload } = await jwtVerify(token, publicKey, {
      algorithms: [algorithm],
      audience: CALLER,
      issuer: 'ente-esempio',
      typ: 'JWT',
      currentDate: new Date(NOW * 1000),
    });
    expect(payload['signed_headers']).toEqual([
      { digest: digestOf(Buffer.from('{"esito":"OK"}')) },
      { 'content-type': 'application/json' },
    ]);
    expect(payload['request_digest']).toBe('SHA-256=x');
    const broken = `${token.slice(0, -4)}${token.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`;
    await expect(compactVerify(broken, publicKey)).rejects.toThrow();
  });

  it('verifies with openssl', async () => {
    const token = await tokenOf(algorithm, key);
    const [header = '', payload = '', signature = ''] = token.split('.');
    const raw = Buffer.from(signature, 'base64url');
    const certificate = path('signer.pem', signers.get(key)!.pem);
    const publicKey = path('public.pem', openssl(['x509', '-in', certificate, '-pubkey', '-noout']));
    const sig = path('signature', algorithm.startsWith('ES') ? derOf(raw) : raw);
    const verify = (text: string): string =>
      openssl(['dgst', `-${hash}`, '-verify', publicKey, '-signature', sig, path('signed', text)]).toString();
    expect(verify(`${header}.${payload}`)).toContain('Verified OK');
    expect(() => verify(`${header}.${payload}x`)).toThrow();
  });
});

/** ECDSA-Sig-Value (RFC 3279 2.2.3) of R and S side by side (RFC 7518 3.4). */
function derOf(raw: Buffer): Buffer {
  const integer = (bytes: Buffer): Buffer => {
    let start = 0;
    while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
    const magnitude = bytes.subarray(start);
    const value = (magnitude[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), magnitude]) : magnitude;
    return Buffer.concat([Buffer.from([0x02, value.length]), value]);
  };
  const half = raw.length / 2;
  const content = Buffer.concat([integer(raw.subarray(0, half)), integer(raw.subarray(half))]);
  const length = content.length < 0x80 ? [content.length] : [0x81, content.length];
  return Buffer.concat([Buffer.from([0x30, ...length]), content]);
}
