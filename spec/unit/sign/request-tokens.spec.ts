import { createHash, generateKeyPairSync, verify, X509Certificate, type KeyObject } from 'node:crypto';
import { compactVerify, importX509 } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { issueCertificate } from '../../../plugins/core/pki';
import {
  algorithmFor,
  keyReference,
  readCertificates,
  readPrivateKey,
  signingIdentity,
  SigningError,
  signRequest,
  type RequestToSign,
  type SigningIdentity,
  type SigningProblem,
} from '../../../plugins/core/sign';

const NOW = 1_760_000_000;
const BODY = Buffer.from('{"codice":"AB12","anno":2024}');
const DIGEST = 'SHA-256=Fn+5Cjw98WYMYJqmhp145NlNywNlDMZ5N7126nXr/j4=';
const validity = { notBefore: new Date('2025-01-01'), notAfter: new Date('2035-01-01') };

let ec: SigningIdentity;
let rsa: SigningIdentity;
let authority: X509Certificate;

beforeAll(async () => {
  const ca = await issueCertificate({ subject: 'CN=CA', ca: true, ...validity });
  authority = new X509Certificate(ca.pem);
  const leaf = (key: 'EC-P256' | 'RSA-2048') =>
    issueCertificate({ subject: `CN=${key}`, key, issuer: ca, ...validity });
  const [ecLeaf, rsaLeaf] = await Promise.all([leaf('EC-P256'), leaf('RSA-2048')]);
  ec = signingIdentity(ecLeaf.privateKey, [new X509Certificate(ecLeaf.pem), authority]);
  rsa = signingIdentity(rsaLeaf.privateKey, [new X509Certificate(rsaLeaf.pem), authority]);
});

const request = (change: Partial<RequestToSign> = {}): RequestToSign => ({
  patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'],
  identity: ec,
  reference: 'x5c',
  headers: [['Content-Type', 'application/json']],
  body: BODY,
  claims: {
    audience: 'https://api.ente.example/rest/anagrafe/v1',
    issuedAt: NOW,
    lifetime: 60,
    issuer: 'comune-di-esempio',
    subject: 'protocollo-app',
    clientId: 'comune-di-esempio/protocollo',
    jti: '0c7a0f5e-7f0e-4f0b-9a58-3c0a7d5d2b11',
  },
  ...change,
});

/** The independent reading: node:crypto with the certificate inside the token. */
function verifyWithNode(jws: string): { header: Record<string, unknown>; claims: Record<string, unknown> } {
  const [header = '', payload = '', signature = ''] = jws.split('.');
  const jose = decode(header);
  const [leaf = ''] = jose['x5c'] as string[];
  const { publicKey } = new X509Certificate(Buffer.from(leaf, 'base64'));
  const key = publicKey.asymmetricKeyType === 'ec' ? { key: publicKey, dsaEncoding: 'ieee-p1363' as const } : publicKey;
  const good = verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'));
  expect(good).toBe(true);
  return { header: jose, claims: decode(payload) };
}

const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>;

describe('signRequest', () => {
  it('builds both tokens of ID_AUTH_REST_02 with INTEGRITY_REST_01, exactly as the norm prints them', async () => {
    const { headers, tokens } = await signRequest(request());
    expect(headers.map(([name]) => name)).toEqual(['Content-Type', 'Digest', 'Authorization', 'Agid-JWT-Signature']);
    expect(headers[1]).toEqual(['Digest', DIGEST]);
    expect(headers[2]?.[1]).toBe(`Bearer ${tokens[0]?.jws ?? ''}`);
    const common = {
      iss: 'comune-di-esempio',
      sub: 'protocollo-app',
      client_id: 'comune-di-esempio/protocollo',
      aud: 'https://api.ente.example/rest/anagrafe/v1',
      iat: NOW,
      exp: NOW + 60,
      jti: '0c7a0f5e-7f0e-4f0b-9a58-3c0a7d5d2b11',
    };
    const [authorization, integrity] = tokens.map(({ jws }) => verifyWithNode(jws));
    expect(authorization?.claims).toEqual(common);
    expect(integrity?.claims).toEqual({
      ...common,
      signed_headers: [{ digest: DIGEST }, { 'content-type': 'application/json' }],
    });
    expect(authorization?.header).toMatchObject({ alg: 'ES256', typ: 'JWT' });
  });

  it.each(['ec', 'rsa'] as const)('signs with %s so that jose and node:crypto agree', async (name) => {
    const identity = name === 'ec' ? ec : rsa;
    const { tokens } = await signRequest(request({ identity }));
    const [signer] = identity.certificates;
    const key = await importX509(signer?.toString() ?? '', identity.algorithm);
    for (const { jws, claims } of tokens) {
      const { payload, protectedHeader } = await compactVerify(jws, key, { algorithms: [identity.algorithm] });
      expect(JSON.parse(Buffer.from(payload).toString())).toEqual(claims);
      expect(protectedHeader.typ).toBe('JWT');
      verifyWithNode(jws);
    }
  });

  it('is a function of its input: RS256 gives the same bytes twice', async () => {
    const [one, two] = await Promise.all([
      signRequest(request({ identity: rsa })),
      signRequest(request({ identity: rsa })),
    ]);
    expect(two).toEqual(one);
  });

  it('ID_AUTH_REST_01 alone is one token without Digest', async () => {
    const { headers, tokens } = await signRequest(request({ patterns: ['ID_AUTH_REST_01'] }));
    expect(headers.map(([name]) => name)).toEqual(['Content-Type', 'Authorization']);
    expect(tokens).toHaveLength(1);
  });

  it('signs no empty body unless told to, then with the digest of zero bytes', async () => {
    const empty = request({ patterns: ['INTEGRITY_REST_01'], body: Buffer.alloc(0), headers: [] });
    expect((await signRequest(empty)).tokens).toEqual([]);
    const { headers } = await signRequest({ ...empty, signEmptyBody: true });
    expect(headers[0]).toEqual(['Digest', 'SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=']);
  });

  it('further claims never replace those the pattern sets', async () => {
    const { claims } = request();
    const { tokens } = await signRequest(request({ claims: { ...claims, further: { aud: 'x', iat: 1, LoA: 3 } } }));
    for (const token of tokens) {
      expect(token.claims).toMatchObject({ aud: claims.audience, iat: NOW, LoA: 3 });
    }
  });
});

describe('keyReference', () => {
  it('x5c names the signer in standard base64, x5c_chain the whole chain', () => {
    const [leaf, root] = ec.certificates.map(({ raw }) => raw.toString('base64'));
    expect(keyReference('x5c', ec.certificates)).toEqual({ x5c: [leaf] });
    expect(keyReference('x5c_chain', ec.certificates)).toEqual({ x5c: [leaf, root] });
  });

  it('x5t#S256 is the SHA-256 of the DER in base64url', () => {
    const [signer] = ec.certificates;
    const expected = createHash('sha256')
      .update(signer?.raw ?? '')
      .digest('base64url');
    expect(keyReference('x5t#S256', ec.certificates)).toEqual({ 'x5t#S256': expected });
    expect(expected).toHaveLength(43);
  });

  it('needs a certificate', () => {
    expect(problemOf(() => keyReference('x5c', []))).toBe('CERTIFICATE_MISSING');
  });
});

describe('signingIdentity and algorithmFor', () => {
  it('finds the natural algorithm of every accepted key', () => {
    const curve = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey;
    expect(['P-256', 'P-384', 'P-521'].map((name) => algorithmFor(curve(name)))).toEqual(['ES256', 'ES384', 'ES512']);
    expect(algorithmFor(rsa.key)).toBe('RS256');
    expect(algorithmFor(rsa.key, 'RS512')).toBe('RS512');
  });

  it('refuses keys and algorithms that ModI does not allow', () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    const odd = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey;
    expect(problemOf(() => algorithmFor(weak))).toBe('KEY_WEAK');
    expect(problemOf(() => algorithmFor(odd))).toBe('KEY_TYPE');
    expect(problemOf(() => algorithmFor(generateKeyPairSync('ed25519').privateKey))).toBe('KEY_TYPE');
    expect(problemOf(() => algorithmFor(ec.key, 'RS256'))).toBe('ALGORITHM');
  });

  it('refuses a key that is not of the certificate, and a public key', () => {
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(problemOf(() => signingIdentity(stranger.privateKey, ec.certificates))).toBe('KEY_MISMATCH');
    expect(problemOf(() => signingIdentity(stranger.publicKey, []))).toBe('KEY_NOT_PRIVATE');
  });
});

describe('readPrivateKey and readCertificates', () => {
  const exported = (key: KeyObject, options: object): Buffer => {
    const value = key.export(options as { format: 'pem'; type: 'pkcs8' });
    return Buffer.from(typeof value === 'string' ? value : (value as Buffer));
  };

  it('reads PEM, encrypted PEM, DER and JWK', () => {
    const secret = { cipher: 'aes-256-cbc', passphrase: 'geheim' };
    const forms: readonly (readonly [Buffer, string?])[] = [
      [exported(ec.key, { format: 'pem', type: 'pkcs8' })],
      [exported(ec.key, { format: 'pem', type: 'sec1' })],
      [exported(ec.key, { format: 'pem', type: 'pkcs8', ...secret }), 'geheim'],
      [exported(ec.key, { format: 'der', type: 'pkcs8' })],
      [Buffer.from(JSON.stringify(ec.key.export({ format: 'jwk' })))],
    ];
    for (const [bytes, passphrase] of forms) expect(readPrivateKey(bytes, passphrase).equals(ec.key)).toBe(true);
  });

  it('says what is wrong with anything else', () => {
    const pem = (type: string) => Buffer.from(`-----BEGIN ${type}-----\nAAAA\n-----END ${type}-----\n`);
    const publicJwk = { ...ec.key.export({ format: 'jwk' }), d: undefined };
    expect(problemOf(() => readPrivateKey(pem('CERTIFICATE')))).toBe('KEY_NOT_PRIVATE');
    expect(problemOf(() => readPrivateKey(Buffer.from(JSON.stringify(publicJwk))))).toBe('KEY_NOT_PRIVATE');
    expect(problemOf(() => readPrivateKey(pem('PRIVATE KEY')))).toBe('KEY_UNREADABLE');
    expect(problemOf(() => readPrivateKey(Buffer.from('{no json')))).toBe('KEY_UNREADABLE');
    expect(problemOf(() => readPrivateKey(Buffer.alloc(0)))).toBe('KEY_UNREADABLE');
    expect(problemOf(() => readCertificates(Buffer.from('x')))).toBe('CERTIFICATE_UNREADABLE');
  });

  it('reads every certificate of a file, in order, from PEM or DER', () => {
    const [leaf, root] = ec.certificates;
    const pem = `comment\n${leaf?.toString() ?? ''}\n${root?.toString() ?? ''}`;
    expect(readCertificates(Buffer.from(pem)).map(({ subject }) => subject)).toEqual(['CN=EC-P256', 'CN=CA']);
    expect(readCertificates(authority.raw)).toHaveLength(1);
  });
});

function problemOf(attempt: () => unknown): SigningProblem | undefined {
  try {
    attempt();
  } catch (error) {
    if (error instanceof SigningError) return error.problem;
    throw error;
  }
  return undefined;
}
