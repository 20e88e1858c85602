import { pdndCase, type Bend, type PdndCase } from './accepted';
import type { PdndRouteName } from './route';
import type { PdndCast } from './cast';
import { AUDIT_REFUSED, PARTICIPANT_REFUSED } from './refused-participants';
import { makePdndRequest, PUBLIC_URL } from './requests';

const refused = (code: string, name: string, route: PdndRouteName, bend: Bend, status?: number): PdndCase =>
  pdndCase(`${code}: ${name}`, route, bend, code, status);

const claim = (claims: Record<string, unknown>) => ({ voucher: { claims } });
const OTHER = '99999999-0000-4000-8000-000000000009';

const VOUCHER: readonly PdndCase[] = [
  refused('MODI_AUTHORIZATION_MISSING', 'no voucher', 'p-voucher', { wire: { authorization: undefined } }, 401),
  refused(
    'MODI_AUTHORIZATION_DUPLICATE',
    'two vouchers',
    'p-voucher',
    { wire: { authorization: ['Bearer a', 'Bearer b'] } },
    401,
  ),
  ...['Basic abc', 'Bearer', 'Bearer ', 'Bearer a b', 'a.b.c', 'DPoP a.b.c'].map((value) =>
    refused('MODI_VOUCHER_SCHEME', JSON.stringify(value), 'p-voucher', { wire: { authorization: value } }, 401),
  ),
  refused('MODI_DPOP_REQUIRED', 'a bearer voucher', 'p-dpop', { dpop: false }, 401),
  refused(
    'MODI_DPOP_REQUIRED',
    'nonsense as bearer: refused before it is read',
    'p-dpop',
    { wire: { authorization: 'Bearer x' } },
    401,
  ),
  refused('MODI_TOKEN_MALFORMED', 'two parts', 'p-voucher', { wire: { authorization: 'Bearer a.b' } }, 401),
  refused(
    'MODI_TOKEN_TOO_LARGE',
    'a voucher of 20,000 characters',
    'p-voucher',
    claim({ filler: 'x'.repeat(20_000) }),
    431,
  ),
  ...['JWT', 'dpop+jwt', '', 5, undefined, 'application/jwt'].map((typ) =>
    refused('MODI_VOUCHER_TYP', `typ ${String(typ)}`, 'p-voucher', { voucher: { header: { typ } } }, 401),
  ),
  ...['none', 'HS256', 'RS512', 'PS256', 'ES256', undefined].map((alg) =>
    refused('MODI_TOKEN_ALG', `voucher with alg ${String(alg)}`, 'p-voucher', { voucher: { header: { alg } } }, 401),
  ),
  refused('MODI_TOKEN_CRIT', 'crit in a voucher', 'p-voucher', { voucher: { header: { crit: ['exp'] } } }, 401),
  refused('MODI_KID_MISSING', 'a voucher without kid', 'p-voucher', { voucher: { header: { kid: undefined } } }, 401),
  ...['', 5, 'a/b', '../x', 'x'.repeat(129), ['a']].map((kid) =>
    refused(
      'MODI_KID_MALFORMED',
      `a voucher with kid ${JSON.stringify(kid)}`,
      'p-voucher',
      { voucher: { header: { kid } } },
      401,
    ),
  ),
  refused(
    'MODI_VOUCHER_KID_UNKNOWN',
    'a kid the platform never had',
    'p-voucher',
    { voucher: { header: { kid: OTHER } } },
    401,
  ),
  refused(
    'MODI_VOUCHER_KID_UNKNOWN',
    "the participant's key",
    'p-voucher',
    ({ client }) => ({
      voucher: { header: { kid: client.kid }, key: client.privateKey },
    }),
    401,
  ),
  refused(
    'MODI_VOUCHER_KID_UNKNOWN',
    'a key in the header, too',
    'p-voucher',
    ({ stranger }) => ({
      voucher: { header: { kid: OTHER, jwk: stranger.publicKey.export({ format: 'jwk' }) }, key: stranger.privateKey },
    }),
    401,
  ),
  refused(
    'MODI_SIGNATURE_INVALID',
    'a voucher signed by a stranger',
    'p-voucher',
    ({ stranger }) => ({ voucher: { key: stranger.privateKey } }),
    401,
  ),
  refused(
    'MODI_SIGNATURE_INVALID',
    'a voucher signed by its client',
    'p-voucher',
    ({ client }) => ({ voucher: { key: client.privateKey } }),
    401,
  ),
  ...[
    'iat',
    'exp',
    'nbf',
    'aud',
    'client_id',
    'sub',
    'purposeId',
    'jti',
    'producerId',
    'eserviceId',
    'descriptorId',
  ].map((name) =>
    refused('MODI_CLAIM_MISSING', `a voucher without ${name}`, 'p-voucher', claim({ [name]: undefined }), 401),
  ),
  ...['uat.interop.pagopa.it', 'PDND.localhost', 'https://pdnd.localhost', undefined].map((iss) =>
    refused('MODI_VOUCHER_ISSUER', `iss ${String(iss)}`, 'p-voucher', claim({ iss }), 401),
  ),
  refused(
    'MODI_TOKEN_EXPIRED',
    'a voucher of yesterday',
    'p-voucher',
    (_, now) => claim({ iat: now - 90_000, nbf: now - 90_000, exp: now - 80_000 }),
    401,
  ),
  refused('MODI_TOKEN_NOT_YET_VALID', 'a voucher of tomorrow', 'p-voucher', (_, now) => claim({ nbf: now + 60 }), 401),
  refused('MODI_TOKEN_FROM_FUTURE', 'a voucher issued ahead', 'p-voucher', (_, now) => claim({ iat: now + 60 }), 401),
  refused(
    'MODI_TOKEN_LIFETIME',
    'a voucher for a year',
    'p-voucher',
    (_, now) => claim({ exp: now + 31_536_000 }),
    401,
  ),
  ...['https://other.example', 'https://api.ente.example/rest/anagrafe/v1/', 'a,b', ''].map((aud) =>
    refused('MODI_AUDIENCE_MISMATCH', `a voucher for ${JSON.stringify(aud)}`, 'p-voucher', claim({ aud }), 401),
  ),
  refused('MODI_VOUCHER_SUBJECT', 'another sub', 'p-voucher', claim({ sub: OTHER }), 401),
  refused('MODI_CLAIM_TYPE', 'client_id is a number', 'p-lax', claim({ client_id: 5 }), 401),
  refused('MODI_CLAIM_TYPE', 'purposeId is an object', 'p-voucher', claim({ purposeId: {} }), 401),
  refused('MODI_CLAIM_TYPE', 'purposeId is beyond measure', 'p-voucher', claim({ purposeId: 'x'.repeat(200) }), 401),
  refused('MODI_VOUCHER_PRODUCER', 'another producer', 'p-voucher', claim({ producerId: OTHER }), 403),
  refused('MODI_VOUCHER_ESERVICE', 'another e-service', 'p-voucher', claim({ eserviceId: OTHER }), 403),
  refused('MODI_VOUCHER_DESCRIPTOR', 'another version', 'p-voucher', claim({ descriptorId: OTHER }), 403),
  ...[
    {},
    'x',
    [],
    null,
    { jkt: 5 },
    { jkt: 'short' },
    { 'x5t#S256': 'x'.repeat(43) },
    { jkt: 'x'.repeat(43), kid: 'k' },
  ].map((cnf) => refused('MODI_VOUCHER_CONFIRMATION', `cnf ${JSON.stringify(cnf)}`, 'p-voucher', claim({ cnf }), 401)),
  refused('MODI_VOUCHER_BOUND', 'a bound voucher as bearer', 'p-voucher', claim({ cnf: { jkt: 'x'.repeat(43) } }), 401),
  refused(
    'MODI_VOUCHER_BOUND',
    'a bound voucher as bearer, with its proof',
    'p-any',
    (cast, now) => {
      const { headers } = makePdndRequest({ now, cast, path: '/p-any', dpop: true });
      return { wire: { ...headers, authorization: String(headers['authorization']).replace('DPoP', 'Bearer') } };
    },
    401,
  ),
  refused('MODI_VOUCHER_UNBOUND', 'a bearer voucher as DPoP', 'p-dpop', claim({ cnf: undefined }), 401),
];

const jwk = ({ proofEc }: PdndCast): Record<string, unknown> => proofEc.publicKey.export({ format: 'jwk' });
const proof = (code: string, name: string, token: PdndRecipeProof, status = 401): PdndCase =>
  refused(
    code,
    name,
    'p-dpop',
    typeof token === 'function' ? (cast, now) => ({ proof: token(cast, now) }) : { proof: token },
    status,
  );
type Proof = NonNullable<ReturnType<Extract<Bend, (...args: never[]) => unknown>>['proof']>;
type PdndRecipeProof = Proof | ((cast: PdndCast, now: number) => Proof);

const DPOP: readonly PdndCase[] = [
  refused('MODI_DPOP_MISSING', 'no proof', 'p-dpop', { wire: { dpop: undefined } }, 401),
  refused('MODI_DPOP_DUPLICATE', 'two headers', 'p-dpop', { wire: { dpop: ['a.b.c', 'd.e.f'] } }, 401),
  refused('MODI_DPOP_DUPLICATE', 'two proofs in one header', 'p-dpop', { wire: { dpop: 'a.b.c, d.e.f' } }, 401),
  refused('MODI_TOKEN_MALFORMED', 'a proof that is none', 'p-dpop', { wire: { dpop: 'abc' } }, 401),
  ...['JWT', 'dpop', 'DPOP+JWT', undefined].map((typ) =>
    proof('MODI_DPOP_TYP', `typ ${String(typ)}`, { header: { typ } }),
  ),
  ...['none', 'HS256', 'RS384', 'ES384', undefined].map((alg) =>
    proof('MODI_TOKEN_ALG', `proof with alg ${String(alg)}`, { header: { alg } }),
  ),
  proof('MODI_TOKEN_CRIT', 'crit in a proof', { header: { crit: ['exp'] } }),
  ...[
    undefined,
    null,
    'x',
    [],
    {},
    { kty: 'oct' },
    { kty: 'OKP', crv: 'Ed25519', x: 'AA' },
    { kty: 'RSA', n: 'AQAB', e: 'AQAB' },
    { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' },
    { kty: 'EC', crv: 'P-256', x: 'A=', y: 'AA' },
    { kty: '__proto__' },
  ].map((key) => proof('MODI_DPOP_JWK', `jwk ${JSON.stringify(key)}`, { header: { jwk: key } })),
  proof('MODI_DPOP_JWK', 'further members', (cast) => ({ header: { jwk: { ...jwk(cast), kid: 'k' } } })),
  proof('MODI_DPOP_PRIVATE_KEY', 'the private key itself', ({ proofEc }) => ({
    header: { jwk: proofEc.privateKey.export({ format: 'jwk' }) },
  })),
  proof('MODI_DPOP_PRIVATE_KEY', 'a symmetric key', { header: { jwk: { kty: 'oct', k: 'AAAA' } } }),
  proof('MODI_SIGNATURE_INVALID', 'a proof signed with another key', ({ stranger }) => ({ key: stranger.privateKey })),
  proof('MODI_ALG_KEY_MISMATCH', 'RS256 with an EC key', { header: { alg: 'RS256' } }),
  ...['htm', 'htu', 'iat', 'jti', 'ath'].map((name) =>
    proof('MODI_CLAIM_MISSING', `a proof without ${name}`, { claims: { [name]: undefined } }),
  ),
  ...['htm', 'htu', 'iat', 'jti', 'ath'].map((name) =>
    proof('MODI_CLAIM_TYPE', `a proof whose ${name} is an object`, { claims: { [name]: {} } }),
  ),
  proof('MODI_JTI_MALFORMED', 'a proof with a jti beyond measure', { claims: { jti: 'x'.repeat(256) } }),
  ...['GET', 'post', 'POST '].map((htm) => proof('MODI_DPOP_METHOD', `htm ${htm}`, { claims: { htm } })),
  ...[
    `${PUBLIC_URL}/`,
    `${PUBLIC_URL}/p-dpop/`,
    `${PUBLIC_URL}/P-DPOP`,
    'http://api.ente.example/p-dpop',
    'https://api.ente.example:8443/p-dpop',
    'https://127.0.0.1/p-dpop',
    'https://user@api.ente.example/p-dpop',
    'https://api.ente.example.attacker.example/p-dpop',
    'https://api.ente.example\\p-dpop',
    '/p-dpop',
    'p-dpop',
  ].map((htu) => proof('MODI_DPOP_URI', `htu ${htu}`, { claims: { htu } })),
  ...['x', 'x'.repeat(43), ''.padEnd(64, 'a')].map((ath) =>
    proof('MODI_DPOP_TOKEN_HASH', `ath ${ath}`, { claims: { ath } }),
  ),
  proof('MODI_TOKEN_TOO_OLD', 'a proof of two minutes ago', (_, now) => ({ claims: { iat: now - 120 } })),
  proof('MODI_TOKEN_FROM_FUTURE', 'a proof of the future', (_, now) => ({ claims: { iat: now + 30 } })),
  proof('MODI_DPOP_KEY', 'a good proof by another key', ({ proofRsa }) => ({
    key: proofRsa.privateKey,
    algorithm: 'RS256',
    header: { jwk: proofRsa.publicKey.export({ format: 'jwk' }) },
  })),
];

export const PDND_REFUSED: readonly PdndCase[] = [...VOUCHER, ...DPOP, ...PARTICIPANT_REFUSED, ...AUDIT_REFUSED];
