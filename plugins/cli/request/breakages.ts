import { createHmac, createPublicKey, type KeyObject } from 'node:crypto';
import { newKeyPair } from '../../core/pki';
import { signJws, type SignedToken } from '../../core/sign';
import type { Breakage } from './breakage';
import type { WireRequest } from './wire';

/** Every `--break`, in the order of the checks that find it. */
export const BREAKAGES: Readonly<Record<string, Breakage>> = {
  unsigned: {
    about: { en: 'send no token at all', it: 'non invia alcun token' },
    expect: 'MODI_AUTHORIZATION_MISSING',
    needs: 'authorization',
    wire: (wire) => ({ ...without(wire, 'authorization', 'agid-jwt-signature', 'digest'), tokens: [] }),
  },
  'bearer-twice': {
    about: { en: 'send Authorization twice', it: 'invia due volte Authorization' },
    expect: 'MODI_AUTHORIZATION_DUPLICATE',
    needs: 'authorization',
    wire: (wire) => ({
      ...wire,
      headers: [...wire.headers, ...wire.headers.filter(([name]) => name === 'Authorization')],
    }),
  },
  'alg-none': {
    about: { en: 'alg none and an empty signature', it: 'alg none e firma vuota' },
    expect: 'MODI_TOKEN_MALFORMED',
    sign: ({ jose, claims }) => `${encoded({ ...jose, alg: 'none' })}.${encoded(claims)}.`,
  },
  'alg-hs256': {
    about: { en: 'HMAC with the public key as its secret', it: 'HMAC con la chiave pubblica come segreto' },
    expect: 'MODI_TOKEN_ALG',
    sign: hmacWithPublicKey,
  },
  typ: {
    about: { en: 'typ at+jwt instead of JWT', it: 'typ at+jwt invece di JWT' },
    expect: 'MODI_TOKEN_TYP',
    token: (token) => ({ ...token, jose: { ...token.jose, typ: 'at+jwt' } }),
  },
  'kid-only': {
    about: { en: 'name the key by kid, without certificate', it: 'indica la chiave con kid, senza certificato' },
    expect: 'MODI_KEY_REFERENCE',
    token: (token) => ({ ...token, jose: { alg: token.jose.alg, typ: 'JWT', kid: 'my-key' } }),
  },
  signature: {
    about: { en: 'flip one bit of the signature', it: 'cambia un bit della firma' },
    expect: 'MODI_SIGNATURE_INVALID',
    sign: async ({ jose, claims }, key) => flipLastBit(await signJws(jose, claims, key)),
  },
  'other-key': {
    about: {
      en: 'sign with a key that is not of the certificate',
      it: 'firma con una chiave che non è del certificato',
    },
    expect: 'MODI_SIGNATURE_INVALID',
    sign: signWithOtherKey,
  },
  'no-iat': {
    about: { en: 'leave out the claim iat', it: 'omette il claim iat' },
    expect: 'MODI_CLAIM_MISSING',
    token: (token) => withClaims(token, { iat: undefined }),
  },
  'too-old': {
    about: { en: 'issued two hours ago', it: 'emesso due ore fa' },
    expect: 'MODI_TOKEN_TOO_OLD',
    token: (token) => shifted(token, -7200, 7200),
  },
  future: {
    about: { en: 'issued in an hour: a clock that runs fast', it: "emesso fra un'ora: un orologio avanti" },
    expect: 'MODI_TOKEN_FROM_FUTURE',
    token: (token) => shifted(token, 3600, 3600),
  },
  expired: {
    about: { en: 'expired half a minute ago', it: 'scaduto da mezzo minuto' },
    expect: 'MODI_TOKEN_EXPIRED',
    token: (token) => withClaims(token, { iat: issuedAt(token) - 90, exp: issuedAt(token) - 30 }),
  },
  aud: {
    about: { en: 'meant for another service', it: 'destinato a un altro servizio' },
    expect: 'MODI_AUDIENCE_MISMATCH',
    token: (token) => withClaims(token, { aud: 'https://another-service.example/' }),
  },
  'no-jti': {
    about: { en: 'leave out the claim jti', it: 'omette il claim jti' },
    expect: 'MODI_JTI_MISSING',
    needs: 'jti',
    token: (token) => withClaims(token, { jti: undefined }),
  },
  'jti-reuse': {
    about: { en: 'send the same request twice', it: 'invia due volte la stessa richiesta' },
    expect: 'MODI_REPLAY',
    needs: 'jti',
    twice: true,
  },
  'no-integrity': {
    about: { en: 'leave out Agid-JWT-Signature', it: 'omette Agid-JWT-Signature' },
    expect: 'MODI_SIGNATURE_HEADER_MISSING',
    needs: 'integrity',
    wire: (wire) => without(wire, 'agid-jwt-signature'),
  },
  'no-digest': {
    about: { en: 'leave out the Digest header', it: "omette l'intestazione Digest" },
    expect: 'MODI_DIGEST_MISSING',
    needs: 'integrity',
    token: (token) => withSignedHeader(token, 'digest', () => undefined),
    wire: (wire) => without(wire, 'digest'),
  },
  'digest-hex': {
    about: { en: 'Digest in hexadecimal instead of base64', it: 'Digest in esadecimale invece che base64' },
    expect: 'MODI_DIGEST_ENCODING',
    needs: 'integrity',
    token: (token) => withSignedHeader(token, 'digest', hexDigest),
    wire: (wire) => withHeader(wire, 'digest', hexDigest),
  },
  digest: {
    about: { en: 'change the body after signing', it: 'cambia il corpo dopo la firma' },
    expect: 'MODI_DIGEST_MISMATCH',
    needs: 'integrity',
    wire: (wire) => ({ ...wire, body: Buffer.concat([wire.body, Buffer.from(' ')]) }),
  },
  'content-type': {
    about: {
      en: 'change Content-Type after signing, as a proxy may',
      it: 'cambia Content-Type dopo la firma, come un proxy',
    },
    expect: 'MODI_SIGNED_HEADER_MISMATCH',
    needs: 'integrity',
    wire: (wire) => withHeader(wire, 'content-type', () => 'application/x-changed'),
  },
  'unsigned-content-type': {
    about: { en: 'leave Content-Type out of signed_headers', it: 'omette Content-Type da signed_headers' },
    expect: 'MODI_HEADER_UNSIGNED',
    needs: 'integrity',
    token: (token) => withSignedHeader(token, 'content-type', () => undefined),
  },
};

const without = (wire: WireRequest, ...names: readonly string[]): WireRequest => ({
  ...wire,
  headers: wire.headers.filter(([name]) => !names.includes(name.toLowerCase())),
});

const withHeader = (wire: WireRequest, name: string, change: (value: string) => string): WireRequest => ({
  ...wire,
  headers: wire.headers.map(([candidate, value]) =>
    candidate.toLowerCase() === name ? [candidate, change(value)] : [candidate, value],
  ),
});

/** `undefined` takes a claim away. */
const withClaims = (token: SignedToken, changes: Readonly<Record<string, unknown>>): SignedToken => ({
  ...token,
  claims: Object.fromEntries(
    Object.entries({ ...token.claims, ...changes }).filter(([, value]) => value !== undefined),
  ),
});

const issuedAt = ({ claims }: SignedToken): number => Number(claims['iat']);

const shifted = (token: SignedToken, by: number, lifetime: number): SignedToken =>
  withClaims(token, { iat: issuedAt(token) + by, exp: issuedAt(token) + by + lifetime + 60 });

function withSignedHeader(
  token: SignedToken,
  name: string,
  change: (value: string) => string | undefined,
): SignedToken {
  const signed = token.claims['signed_headers'] as HeaderEntries | undefined;
  if (signed === undefined) return token;
  const changed = signed.flatMap((entry) => {
    const value = entry[name];
    if (value === undefined) return [entry];
    const replacement = change(value);
    return replacement === undefined ? [] : [{ [name]: replacement }];
  });
  return withClaims(token, { signed_headers: changed });
}

type HeaderEntries = readonly Readonly<Record<string, string>>[];

function hexDigest(value: string): string {
  const [, algorithm = '', digest = ''] = /^([^=]+)=(.*)$/.exec(value) ?? [];
  return `${algorithm}=${Buffer.from(digest, 'base64').toString('hex')}`;
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The classic key confusion: a verifier that takes alg from the token would use the public key as an HMAC secret. */
function hmacWithPublicKey({ jose, claims }: SignedToken, key: KeyObject): string {
  const input = `${encoded({ ...jose, alg: 'HS256' })}.${encoded(claims)}`;
  const secret = createPublicKey(key).export({ format: 'pem', type: 'spki' });
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

function flipLastBit(jws: string): string {
  const [header = '', payload = '', signature = ''] = jws.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  return `${header}.${payload}.${bytes.toString('base64url')}`;
}

async function signWithOtherKey({ jose, claims }: SignedToken): Promise<string> {
  const { privateKey } = await newKeyPair(KEY_FOR[jose.alg]);
  return signJws(jose, claims, privateKey);
}

const KEY_FOR = {
  RS256: 'RSA-2048',
  RS384: 'RSA-2048',
  RS512: 'RSA-2048',
  ES256: 'EC-P256',
  ES384: 'EC-P384',
  ES512: 'EC-P521',
} as const;
