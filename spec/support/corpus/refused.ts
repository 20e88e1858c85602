import { createHmac } from 'node:crypto';
import { AUDIENCE, BODY, digestOf, makeRequest, makeToken, type RequestRecipe, type TokenRecipe } from '../requests';
import type { Case, Cast, RouteName } from './cast';

type Recipe = Omit<RequestRecipe, 'now' | 'party'>;
type Bend = Recipe | ((cast: Cast, now: number) => Recipe);

const refused = (code: string, name: string, route: RouteName, bend: Bend, status?: number): Case => ({
  name: `${code}: ${name}`,
  code,
  route,
  ...(status === undefined ? {} : { status }),
  make: (cast, now) => {
    const recipe = typeof bend === 'function' ? bend(cast, now) : bend;
    return makeRequest({ now, party: cast.ec, integrity: !route.startsWith('auth'), ...recipe });
  },
});

/** One wrong token, as the Authorization token (401) and as the integrity token (400). */
const inBoth = (
  code: string,
  name: string,
  token: TokenRecipe | ((cast: Cast, now: number) => TokenRecipe),
): Case[] => {
  const recipe = (cast: Cast, now: number): TokenRecipe => (typeof token === 'function' ? token(cast, now) : token);
  return [
    refused(code, `${name}, Authorization`, 'auth02', (cast, now) => ({ idAuth: recipe(cast, now) }), 401),
    refused(code, `${name}, Agid-JWT-Signature`, 'unique', (cast, now) => ({ signature: recipe(cast, now) }), 400),
  ];
};

const part = (token: string, index: number, change: (part: string) => string): string =>
  token
    .split('.')
    .map((text, at) => (at === index ? change(text) : text))
    .join('.');

const flipped = (text: string): string => {
  const middle = Math.floor(text.length / 2);
  return `${text.slice(0, middle)}${text[middle] === 'A' ? 'B' : 'A'}${text.slice(middle + 1)}`;
};

const FORM: readonly Case[] = [
  ...inBoth('MODI_TOKEN_MALFORMED', 'no dots', { finish: (token) => token.replaceAll('.', '') }),
  ...inBoth('MODI_TOKEN_MALFORMED', 'two parts', { finish: (token) => token.split('.').slice(0, 2).join('.') }),
  ...inBoth('MODI_TOKEN_MALFORMED', 'four parts', { finish: (token) => `${token}.x` }),
  ...inBoth('MODI_TOKEN_MALFORMED', 'empty signature', { finish: (token) => part(token, 2, () => '') }),
  ...inBoth('MODI_TOKEN_MALFORMED', 'header in base64 with padding', {
    finish: (token) => part(token, 0, (text) => `${text}==`),
  }),
  ...inBoth('MODI_TOKEN_MALFORMED', 'header is not JSON', { joseText: 'no json' }),
  ...inBoth('MODI_TOKEN_MALFORMED', 'header is an array', { joseText: '[]' }),
  ...inBoth('MODI_TOKEN_MALFORMED', 'payload is not JSON', { payload: 'no json' }),
  ...inBoth('MODI_TOKEN_MALFORMED', 'payload is a string', { payload: '"text"' }),
  ...inBoth('MODI_TOKEN_MALFORMED', 'payload is not UTF-8', { payload: Buffer.from([0x7b, 0xff, 0x7d]) }),
  ...inBoth('MODI_TOKEN_MALFORMED', 'signature with padding', { finish: (token) => `${token}==` }),
  ...inBoth('MODI_TOKEN_TOO_LARGE', 'a claim of 20,000 characters', { claims: { filler: 'x'.repeat(20_000) } }).map(
    (one) => ({ ...one, status: 431 }),
  ),
];

const JOSE: readonly Case[] = [
  ...['at+jwt', 'JOSE', '', 5, undefined].flatMap((typ) =>
    inBoth('MODI_TOKEN_TYP', `typ ${String(typ)}`, { header: { typ } }),
  ),
  ...['none', 'HS256', 'HS512', 'PS256', 'EdDSA', 'ES256K', 'es256', '', 5, undefined].flatMap((alg) =>
    inBoth('MODI_TOKEN_ALG', `alg ${String(alg)}`, { header: { alg } }),
  ),
  ...inBoth('MODI_TOKEN_ALG', 'HS256 over the public key', ({ ec }) => ({
    header: { alg: 'HS256' },
    finish: (token) => {
      const [jose = '', payload = ''] = token.split('.');
      const mac = createHmac('sha256', ec.chain[0] ?? '')
        .update(`${jose}.${payload}`)
        .digest('base64url');
      return `${jose}.${payload}.${mac}`;
    },
  })),
  ...[['exp'], [], 'exp'].flatMap((crit) =>
    inBoth('MODI_TOKEN_CRIT', `crit ${JSON.stringify(crit)}`, { header: { crit } }),
  ),
];

const REFERENCE: readonly Case[] = [
  ...inBoth('MODI_KEY_REFERENCE', 'none', { reference: 'none' }),
  ...inBoth('MODI_KEY_REFERENCE', 'a key in jwk', ({ ec }) => ({
    reference: 'none',
    header: { jwk: ec.privateKey.export({ format: 'jwk' }) },
  })),
  ...['jku', 'x5u', 'kid', 'x5t'].flatMap((name) =>
    inBoth('MODI_KEY_REFERENCE', `${name} alone`, {
      reference: 'none',
      header: { [name]: 'https://attacker.example/key' },
    }),
  ),
  ...[[], 'text', {}, null, [5], ['***'], ['AAAA=A'], ['bm90IGEgY2VydGlmaWNhdGU=']].flatMap((x5c) =>
    inBoth('MODI_X5C_MALFORMED', `x5c ${JSON.stringify(x5c)}`, { header: { x5c } }),
  ),
  ...inBoth('MODI_X5C_MALFORMED', 'x5c in base64url', ({ ec }) => ({
    header: {
      x5c: [
        (ec.chain[0] ?? Buffer.alloc(0))
          .toString('base64')
          .replaceAll('+', '-')
          .replaceAll('/', '_')
          .replaceAll('=', ''),
      ],
    },
  })),
  ...inBoth('MODI_X5C_TOO_MANY', '7 certificates', ({ ec }) => ({
    header: { x5c: Array.from({ length: 7 }, () => ec.chain[0]?.toString('base64')) },
  })),
  ...['short', 5, 'x'.repeat(44), `${'x'.repeat(42)}=`].flatMap((value) =>
    inBoth('MODI_X5T_MALFORMED', `x5t#S256 ${JSON.stringify(value)}`, { header: { 'x5t#S256': value } }),
  ),
  ...inBoth('MODI_KEY_REFERENCE_CONFLICT', 'thumbprint of another certificate', {
    header: { 'x5t#S256': 'A'.repeat(43) },
  }),
  ...inBoth('MODI_CERTIFICATE_UNKNOWN', 'thumbprint nobody registered', { reference: 'x5t#S256' }),
];

const SIGNATURE: readonly Case[] = [
  ...inBoth('MODI_SIGNATURE_INVALID', 'payload changed', {
    finish: (token) =>
      part(token, 1, (text) => {
        const claims = JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>;
        return Buffer.from(JSON.stringify({ ...claims, sub: 'somebody-else' })).toString('base64url');
      }),
  }),
  ...inBoth('MODI_SIGNATURE_INVALID', 'signature changed', { finish: (token) => part(token, 2, flipped) }),
  ...inBoth('MODI_SIGNATURE_INVALID', 'signed with another key', ({ other }) => ({ key: other.privateKey })),
  ...inBoth('MODI_SIGNATURE_INVALID', 'signature of zeros', {
    finish: (token) => part(token, 2, () => Buffer.alloc(64).toString('base64url')),
  }),
  ...inBoth('MODI_SIGNATURE_INVALID', 'signature too short', { finish: (token) => part(token, 2, () => 'AAAA') }),
  ...inBoth('MODI_ALG_KEY_MISMATCH', 'RS256 with an EC key', { header: { alg: 'RS256' } }),
  ...inBoth('MODI_ALG_KEY_MISMATCH', 'ES384 with a P-256 key', { header: { alg: 'ES384' } }),
  refused('MODI_ALG_KEY_MISMATCH', 'ES256 with an RSA key', 'auth02', ({ rsa }) => ({
    idAuth: { header: { alg: 'ES256', x5c: rsa.chain.map((der) => der.toString('base64')) } },
  })),
];

const CLAIMS: readonly Case[] = [
  ...['iat', 'exp', 'aud'].flatMap((claim) =>
    inBoth('MODI_CLAIM_MISSING', `no ${claim}`, { claims: { [claim]: undefined } }),
  ),
  refused('MODI_CLAIM_MISSING', 'no signed_headers', 'unique', {
    signature: { claims: { signed_headers: undefined } },
  }),
  ...['iat', 'exp', 'nbf'].flatMap((claim) =>
    ['1800000000', null, true, [], -1].flatMap((value) =>
      inBoth('MODI_CLAIM_TYPE', `${claim} ${JSON.stringify(value)}`, { claims: { [claim]: value } }),
    ),
  ),
  ...inBoth('MODI_CLAIM_TYPE', 'iat 1e999', (_, now) => ({
    payload: `{"aud":"${AUDIENCE}","iat":1e999,"exp":${now + 60},"jti":"j","signed_headers":[]}`,
  })),
  ...[5, null, {}, [], [5]].flatMap((aud) =>
    inBoth('MODI_CLAIM_TYPE', `aud ${JSON.stringify(aud)}`, { claims: { aud } }),
  ),
  ...['iss', 'sub', 'client_id'].flatMap((claim) =>
    [5, '', ['x']].flatMap((value) =>
      inBoth('MODI_CLAIM_TYPE', `${claim} ${JSON.stringify(value)}`, { claims: { [claim]: value } }),
    ),
  ),
];

const times =
  (offset: { iat: number; exp: number; nbf?: number }) =>
  (_: Cast, now: number): TokenRecipe => ({
    claims: {
      iat: now + offset.iat,
      exp: now + offset.exp,
      nbf: offset.nbf === undefined ? undefined : now + offset.nbf,
    },
  });

const TIMES: readonly Case[] = [
  ...inBoth('MODI_TOKEN_TOO_OLD', 'issued 400 s ago', times({ iat: -400, exp: 60 })),
  ...inBoth('MODI_TOKEN_FROM_FUTURE', 'issued 20 s ahead', times({ iat: 20, exp: 60 })),
  ...inBoth('MODI_TOKEN_EXPIRED', 'expired 30 s ago', times({ iat: -60, exp: -30 })),
  ...inBoth('MODI_TOKEN_NOT_YET_VALID', 'nbf 20 s ahead', times({ iat: 0, exp: 60, nbf: 20 })),
  ...inBoth('MODI_TOKEN_LIFETIME', 'exp before iat', times({ iat: 0, exp: -1 })),
  ...inBoth('MODI_TOKEN_LIFETIME', 'exp equal to iat', times({ iat: 0, exp: 0 })),
  ...inBoth('MODI_TOKEN_LIFETIME', 'ten years', times({ iat: 0, exp: 315_360_000 })),
  refused('MODI_TOKEN_LIFETIME', 'longer than the route allows', 'strict', (cast, now) => ({
    ...STRICT,
    idAuth: times({ iat: 0, exp: 300 })(cast, now),
  })),
  refused('MODI_TOKEN_TOO_OLD', 'older than the route allows', 'strict', (cast, now) => ({
    ...STRICT,
    idAuth: times({ iat: -70, exp: 40 })(cast, now),
  })),
];

const AUDIENCES: readonly Case[] = [
  ...[
    'https://other.example',
    `${AUDIENCE}/`,
    AUDIENCE.toUpperCase(),
    '',
    ['a', 'b'],
    `${AUDIENCE},${AUDIENCE}`,
  ].flatMap((aud) => inBoth('MODI_AUDIENCE_MISMATCH', `aud ${JSON.stringify(aud)}`, { claims: { aud } })),
  refused('MODI_AUDIENCE_MISMATCH', 'integrity token with the other audience', 'separate', {}, 400),
];

const JTI: readonly Case[] = [
  ...inBoth('MODI_JTI_MISSING', 'no jti', { claims: { jti: undefined } }),
  ...['', 5, null, ['x'], 'x'.repeat(256)].flatMap((jti) =>
    inBoth('MODI_JTI_MALFORMED', `jti ${JSON.stringify(jti).slice(0, 12)}`, { claims: { jti } }),
  ),
];

const STRICT: Recipe = { signed: { 'x-request-purpose': 'anagrafe' }, digest: digestOf(BODY, 'SHA-512') };

const HEADERS: readonly Case[] = [
  refused('MODI_AUTHORIZATION_MISSING', 'no header', 'auth02', { wire: { authorization: undefined } }, 401),
  ...['Basic dXNlcjpwYXNz', 'Bearer', 'Bearer ', 'DPoP abc', 'Token abc', 'Bearer a b', 'Bearerabc'].map((value) =>
    refused('MODI_AUTHORIZATION_SCHEME', JSON.stringify(value), 'auth02', { wire: { authorization: value } }, 401),
  ),
  refused('MODI_AUTHORIZATION_SCHEME', 'token without scheme', 'auth02', ({ ec }, now) => ({
    wire: { authorization: makeToken(ec, { aud: AUDIENCE, iat: now, exp: now + 60, jti: 'j' }) },
  })),
  refused(
    'MODI_AUTHORIZATION_DUPLICATE',
    'two headers',
    'auth02',
    { wire: { authorization: ['Bearer a.b.c', 'Bearer a.b.c'] } },
    401,
  ),
  refused('MODI_SIGNATURE_HEADER_MISSING', 'no header', 'unique', { wire: { 'agid-jwt-signature': undefined } }, 400),
  refused('MODI_SIGNATURE_HEADER_MISSING', 'empty body where always due', 'always', {
    body: Buffer.alloc(0),
    wire: { 'agid-jwt-signature': undefined },
  }),
  refused(
    'MODI_SIGNATURE_HEADER_DUPLICATE',
    'two headers',
    'unique',
    { wire: { 'agid-jwt-signature': ['a.b.c', 'a.b.c'] } },
    400,
  ),
  refused(
    'MODI_SIGNATURE_HEADER_SCHEME',
    'Bearer in front',
    'unique',
    { signature: { finish: (token) => `Bearer ${token}` } },
    400,
  ),
  refused('MODI_RANGE_NOT_APPLICABLE', 'Range', 'unique', { wire: { range: 'bytes=0-9' } }, 400),
  refused('MODI_RANGE_NOT_APPLICABLE', 'Content-Range', 'unique', { wire: { 'content-range': 'bytes 0-9/100' } }, 400),
];

const DIGEST: readonly Case[] = [
  refused('MODI_DIGEST_MISSING', 'no Digest', 'unique', { digest: undefined }, 400),
  refused('MODI_DIGEST_MISSING', 'empty body where always due', 'always', {
    body: Buffer.alloc(0),
    signed: { 'x-request-purpose': 'anagrafe' },
  }),
  refused('MODI_DIGEST_DUPLICATE', 'two headers', 'unique', { wire: { digest: [digestOf(BODY), digestOf(BODY)] } }),
  refused('MODI_DIGEST_DUPLICATE', 'two values', 'unique', {
    digest: `${digestOf(BODY)},${digestOf(BODY, 'SHA-512')}`,
  }),
  ...['SHA-256', 'SHA-256=', 'SHA-256=abc', '=abc', 'x', `SHA-256=${'A'.repeat(88)}`].map((digest) =>
    refused('MODI_DIGEST_MALFORMED', JSON.stringify(digest.slice(0, 20)), 'unique', { digest }),
  ),
  refused('MODI_DIGEST_MALFORMED', 'base64 without padding', 'unique', {
    digest: digestOf(BODY).replaceAll(/=$/g, ''),
  }),
  ...['MD5', 'SHA', 'SHA-1', 'ADLER32', 'SHA-224'].map((name) =>
    refused('MODI_DIGEST_ALGORITHM', name, 'unique', { digest: `${name}=AAAA` }),
  ),
  refused('MODI_DIGEST_ALGORITHM', 'not on the route’s list', 'strict', { ...STRICT, digest: digestOf(BODY) }),
  refused('MODI_DIGEST_ENCODING', 'hex', 'unique', { digest: digestOf(BODY, 'SHA-256', 'hex') }),
  refused('MODI_DIGEST_MISMATCH', 'of another body', 'unique', { digest: digestOf(Buffer.from('other')) }),
  refused('MODI_DIGEST_MISMATCH', 'hex of another body', 'lenient', {
    digest: digestOf(Buffer.from('other'), 'SHA-256', 'hex'),
  }),
  refused('MODI_DIGEST_MISMATCH', 'of the empty body', 'unique', { digest: digestOf(Buffer.alloc(0)) }),
  refused('MODI_DIGEST_MISMATCH', 'of a body with a line feed more', 'unique', {
    digest: digestOf(Buffer.concat([BODY, Buffer.from('\n')])),
  }),
  refused('MODI_DIGEST_UNEXPECTED', 'on an empty body', 'unique', {
    body: Buffer.alloc(0),
    digest: digestOf(Buffer.alloc(0)),
  }),
  refused(
    'MODI_BODY_TOO_LARGE',
    '1,001 bytes',
    'strict',
    { ...STRICT, body: Buffer.alloc(1001, 0x61), digest: digestOf(Buffer.alloc(1001, 0x61), 'SHA-512') },
    413,
  ),
];

const signedDigest = { digest: digestOf(BODY) };
const signedType = { 'content-type': 'application/json' };

const SIGNED: readonly Case[] = [
  ...[
    {},
    'text',
    5,
    null,
    [],
    [5],
    ['digest'],
    [[]],
    [{}],
    [{ ...signedDigest, ...signedType }],
    [{ digest: 5 }],
    [{ Digest: digestOf(BODY) }],
    [{ 'content type': 'x' }],
    [{ '': 'x' }],
  ].map((claim) =>
    refused('MODI_SIGNED_HEADERS_MALFORMED', JSON.stringify(claim).slice(0, 40), 'unique', {
      signature: { claims: { signed_headers: claim } },
    }),
  ),
  refused('MODI_SIGNED_HEADER_MISSING', 'content-encoding signed, not sent', 'unique', {
    signedHeaders: [signedDigest, signedType, { 'content-encoding': 'gzip' }],
  }),
  refused('MODI_SIGNED_HEADER_MISMATCH', 'digest', 'unique', {
    signedHeaders: [{ digest: digestOf(Buffer.from('other')) }, signedType],
  }),
  refused('MODI_SIGNED_HEADER_MISMATCH', 'digest algorithm in another case', 'unique', {
    signedHeaders: [{ digest: digestOf(BODY).toLowerCase() }, signedType],
  }),
  refused('MODI_SIGNED_HEADER_MISMATCH', 'content-type', 'unique', {
    signedHeaders: [signedDigest, { 'content-type': 'text/plain' }],
  }),
  refused('MODI_SIGNED_HEADER_MISMATCH', 'content-type with another charset', 'unique', {
    signedHeaders: [signedDigest, { 'content-type': 'application/json; charset=latin1' }],
  }),
  refused('MODI_SIGNED_HEADER_MISMATCH', 'content-type with a blank that HTTP does not know', 'unique', {
    wire: { 'content-type': 'application/json\xa0' },
  }),
  refused('MODI_SIGNED_HEADER_MISMATCH', 'a further header changed on the way', 'unique', {
    signed: { 'x-request-purpose': 'anagrafe' },
    wire: { 'x-request-purpose': 'Anagrafe' },
  }),
  refused('MODI_SIGNED_HEADER_MISMATCH', 'values in another order', 'unique', {
    signedHeaders: [signedDigest, signedType, { 'x-tag': 'b' }, { 'x-tag': 'a' }],
    wire: { 'x-tag': ['a', 'b'] },
  }),
  refused('MODI_SIGNED_HEADER_MISMATCH', 'latin-1 sent for UTF-8 signed', 'unique', {
    signedHeaders: [signedDigest, signedType, { 'x-city': 'Città' }],
    wire: { 'x-city': 'Città' },
  }),
  refused('MODI_SIGNED_HEADER_COUNT', 'an extra copy on the wire', 'unique', {
    signed: { 'x-request-purpose': 'anagrafe' },
    wire: { 'x-request-purpose': ['anagrafe', 'anagrafe'] },
  }),
  refused('MODI_SIGNED_HEADER_COUNT', 'signed twice, sent once', 'unique', {
    signedHeaders: [signedDigest, signedDigest, signedType],
  }),
  refused('MODI_HEADER_UNSIGNED', 'digest', 'unique', { signedHeaders: [signedType] }),
  refused('MODI_HEADER_UNSIGNED', 'content-type', 'unique', { signedHeaders: [signedDigest] }),
  refused('MODI_HEADER_UNSIGNED', 'content-encoding', 'unique', { wire: { 'content-encoding': 'gzip' } }),
  refused('MODI_HEADER_UNSIGNED', 'a header the route requires', 'strict', {
    digest: STRICT.digest,
    wire: { 'x-request-purpose': 'anagrafe' },
  }),
  refused('MODI_REQUIRED_HEADER_MISSING', 'a header the route requires', 'strict', { digest: STRICT.digest }),
  refused('MODI_HEADER_DUPLICATE', 'content-encoding twice', 'unique', {
    wire: { 'content-encoding': ['gzip', 'br'] },
  }),
];

const PARTIES: readonly Case[] = [
  refused(
    'MODI_SIGNER_MISMATCH',
    'integrity token of another trusted body',
    'unique',
    ({ other }) => ({ integrityParty: other }),
    400,
  ),
  refused('MODI_SIGNER_MISMATCH', 'other key of the same body', 'unique', ({ rsa }) => ({ integrityParty: rsa }), 400),
  refused(
    'MODI_IDENTITY_MISSING',
    'no client_id where it identifies',
    'strict',
    { ...STRICT, idAuth: { claims: { client_id: undefined } } },
    403,
  ),
  refused('MODI_TOKEN_ALG', 'ES384 where only ES256 is accepted', 'strict', ({ p384 }) => ({
    ...STRICT,
    idAuth: { header: { alg: 'ES384', x5c: p384.chain.map((der) => der.toString('base64')) } },
  })),
];

/** The certificates of the mock PKI that must not sign, as the signer of each token. */
export const refusedCertificates = ({ refused: parties }: Cast): Case[] =>
  parties.flatMap(({ name, party, code }) => [
    refused(code, `${name}, Authorization`, 'auth02', () => ({ idAuth: { header: x5cOf(party) } }), 401),
    refused(code, `${name}, Agid-JWT-Signature`, 'unique', () => ({ signature: { header: x5cOf(party) } }), 400),
  ]);

const x5cOf = ({ chain }: { chain: readonly Buffer[] }): Record<string, unknown> => ({
  x5c: chain.map((der) => der.toString('base64')),
});

/** Requests that a provider must refuse, each with its code. */
export const REFUSED: readonly Case[] = [
  ...HEADERS,
  ...FORM,
  ...JOSE,
  ...REFERENCE,
  ...SIGNATURE,
  ...CLAIMS,
  ...TIMES,
  ...AUDIENCES,
  ...JTI,
  ...DIGEST,
  ...SIGNED,
  ...PARTIES,
];
