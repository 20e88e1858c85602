import { AUDIENCE, BODY, digestOf, makeRequest, type Party, type RequestRecipe } from '../requests';
import type { Case, Cast, RouteName } from './cast';

type Who = 'ec' | 'rsa' | 'p384' | 'p521' | 'other' | 'pinned';
type Recipe = Omit<RequestRecipe, 'now' | 'party'>;

const accepted = (
  name: string,
  route: RouteName,
  who: Who,
  recipe: Recipe | ((party: Party, now: number) => Recipe) = {},
): Case => ({
  name,
  route,
  make: (cast: Cast, now) => {
    const party = cast[who];
    const bent = typeof recipe === 'function' ? recipe(party, now) : recipe;
    const integrity = !route.startsWith('auth');
    return makeRequest({ now, party, integrity, ...bent });
  },
});

const KEYS: readonly (readonly [who: Who, algorithm: string])[] = [
  ['ec', 'ES256'],
  ['p384', 'ES384'],
  ['p521', 'ES512'],
  ['rsa', 'RS256'],
  ['rsa', 'RS384'],
  ['rsa', 'RS512'],
];

const strict = { signed: { 'x-request-purpose': 'anagrafe' }, digest: digestOf(BODY, 'SHA-512') };

/** Requests that a provider must let through. */
export const ACCEPTED: readonly Case[] = [
  ...KEYS.flatMap(([who, algorithm]) => [
    accepted(`ID_AUTH_REST_01 ${algorithm}`, 'auth01', who, { idAuth: { algorithm } }),
    accepted(`ID_AUTH_REST_02 with INTEGRITY_REST_01 ${algorithm}`, 'unique', who, {
      idAuth: { algorithm },
      signature: { algorithm },
    }),
  ]),
  ...(['x5c', 'both'] as const).map((reference) =>
    accepted(`key reference ${reference}`, 'unique', 'ec', { idAuth: { reference }, signature: { reference } }),
  ),
  ...(['x5c', 'x5c-leaf', 'x5t#S256', 'both'] as const).map((reference) =>
    accepted(`pinned certificate by ${reference}`, 'unique', 'pinned', {
      idAuth: { reference },
      signature: { reference },
    }),
  ),
  accepted('one token by x5c, the other by thumbprint, of one pinned certificate', 'unique', 'pinned', {
    idAuth: { reference: 'x5c-leaf' },
    signature: { reference: 'x5t#S256' },
  }),
  ...['SHA-256', 'SHA-384', 'SHA-512', 'sha-256'].map((name) =>
    accepted(`digest ${name}`, 'unique', 'ec', {
      digest: digestOf(BODY, name.toUpperCase()).replace(name.toUpperCase(), name),
    }),
  ),
  accepted('hex digest where it is allowed', 'lenient', 'ec', { digest: digestOf(BODY, 'SHA-256', 'hex') }),
  accepted('content-type unsigned where that is allowed', 'lenient', 'ec', {
    signedHeaders: [{ digest: digestOf(BODY) }],
  }),
  accepted('no jti in ID_AUTH_REST_01', 'auth01', 'ec', { idAuth: { claims: { jti: undefined } } }),
  accepted('no jti with INTEGRITY_REST_01 on ID_AUTH_REST_01', 'integrity', 'ec', {
    idAuth: { claims: { jti: undefined } },
    signature: { claims: { jti: undefined } },
  }),
  accepted('the same jti in both tokens', 'unique', 'ec', (_, now) => {
    const jti = `same-${now}-${Math.random()}`;
    return { idAuth: { claims: { jti } }, signature: { claims: { jti } } };
  }),
  accepted('no nbf, iss, sub, client_id', 'auth02', 'ec', {
    idAuth: { claims: { nbf: undefined, iss: undefined, sub: undefined, client_id: undefined } },
  }),
  accepted('aud among others in an array', 'auth02', 'ec', {
    idAuth: { claims: { aud: ['https://other.example', AUDIENCE] } },
  }),
  accepted('typ in lower case', 'auth02', 'ec', { idAuth: { header: { typ: 'jwt' } } }),
  accepted('a kid beside x5c', 'auth02', 'ec', { idAuth: { header: { kid: 'k1' } } }),
  accepted('scheme in lower case', 'auth02', 'ec', { idAuth: { finish: (token) => token } }),
  accepted('issued 290 s ago and not expired', 'auth02', 'ec', (_, now) => ({
    idAuth: { claims: { iat: now - 290, nbf: now - 290, exp: now + 60 } },
  })),
  accepted('issued 4 s ahead of our clock', 'auth02', 'ec', (_, now) => ({
    idAuth: { claims: { iat: now + 4, nbf: now + 4, exp: now + 64 } },
  })),
  accepted('expired 3 s ago, within the skew', 'auth02', 'ec', (_, now) => ({
    idAuth: { claims: { iat: now - 60, nbf: now - 60, exp: now - 3 } },
  })),
  accepted('times with fractions', 'auth02', 'ec', (_, now) => ({
    idAuth: { claims: { iat: now - 1.5, nbf: now - 1.5, exp: now + 59.5 } },
  })),
  accepted('empty body without integrity token', 'unique', 'ec', {
    body: Buffer.alloc(0),
    wire: { 'agid-jwt-signature': undefined, digest: undefined },
  }),
  accepted('empty body with a token over another header', 'unique', 'ec', {
    body: Buffer.alloc(0),
    signed: { 'x-request-purpose': 'anagrafe' },
  }),
  accepted('empty body with token and Digest where always due', 'always', 'ec', {
    body: Buffer.alloc(0),
    digest: digestOf(Buffer.alloc(0)),
  }),
  accepted('content-type in another spelling of the same type', 'unique', 'ec', {
    signedHeaders: [{ digest: digestOf(BODY) }, { 'content-type': 'Application/JSON; Charset="utf-8"' }],
    wire: { 'content-type': 'application/json;charset=UTF-8' },
  }),
  accepted('content-encoding signed and sent', 'unique', 'ec', { signed: { 'content-encoding': 'gzip' } }),
  accepted('a further signed header', 'unique', 'ec', { signed: { 'x-request-purpose': 'anagrafe' } }),
  accepted('a header signed twice and sent twice', 'unique', 'ec', {
    signedHeaders: [
      { digest: digestOf(BODY) },
      { 'content-type': 'application/json' },
      { 'x-tag': 'a' },
      { 'x-tag': 'b' },
    ],
    wire: { 'x-tag': ['a', 'b'] },
  }),
  accepted('a signed header in UTF-8', 'unique', 'ec', {
    signedHeaders: [{ digest: digestOf(BODY) }, { 'content-type': 'application/json' }, { 'x-city': 'Città' }],
    wire: { 'x-city': Buffer.from('Città', 'utf8').toString('latin1') },
  }),
  accepted('a body of 100,000 bytes', 'unique', 'ec', { body: Buffer.alloc(100_000, 0x61) }),
  accepted('everything a strict route asks for', 'strict', 'ec', strict),
  accepted('own audience of the integrity token', 'separate', 'ec', {
    signature: { claims: { aud: 'https://api.ente.example/integrity' } },
  }),
];
