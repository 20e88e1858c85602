import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { receive, receiver, type ReceivedAnswer } from '../../support/received-answers';
import { mockPki, NOT_YET_VALID, type MockPki, type MockSigner } from '../../support/pki';
import { commonClaims, digestOf, makeToken, type TokenRecipe } from '../../support/requests';
import { CALLER, signRoute } from '../../support/sign-route';
import { NOW } from '../../support/verify-route';

let pki: MockPki;
let ec: MockSigner;
beforeAll(async () => {
  pki = await mockPki();
  ec = pki.leaf('ec');
});

const BODY = Buffer.from('{"esito":"OK"}');
const REQUEST_DIGEST = digestOf(Buffer.from('the request'));
type Wire = Record<string, string | string[] | undefined>;

/** A signed answer made without the plugin, so that any part of it can be wrong. */
function bent(recipe: TokenRecipe = {}, wire: Wire = {}, body = BODY, status = 200): ReceivedAnswer {
  const claims = {
    ...commonClaims(NOW),
    aud: CALLER,
    request_digest: REQUEST_DIGEST,
    signed_headers: [{ digest: digestOf(BODY) }, { 'content-type': 'application/json' }],
  };
  const headers: Wire = {
    'content-type': 'application/json',
    digest: digestOf(BODY),
    'agid-jwt-signature': makeToken(ec, claims, recipe),
    ...wire,
  };
  const list = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, typeof value === 'string' ? [value] : value] as const],
  );
  return { status, headers: new Map(list), body };
}

const EXPECTED = { requestDigest: REQUEST_DIGEST, requestDigestRequired: true };

describe('a good answer', () => {
  it('is judged by every check, in their order, with what each has found', async () => {
    const judged = await receiver(pki)(bent(), EXPECTED);
    expect(judged).toMatchObject({ verdict: 'signed', refusal: undefined });
    expect(judged.results.map(({ id }) => id)).toEqual([
      'answer-signature-header',
      'answer-whole-representation',
      'digest-header',
      'form',
      'jose',
      'key-reference',
      'certificate',
      'revocation',
      'signature',
      'claims',
      'times',
      'audience',
      'jti',
      'signed-headers',
      'request-digest',
      'answer-payload',
      'digest',
    ]);
    for (const { outcome, detail, title } of judged.results) {
      expect(outcome).toBe('ok');
      expect([detail.en, title.en, title.it].every((text) => text.length > 1)).toBe(true);
    }
  });

  it.each<
    [
      string,
      Record<string, unknown>,
      { body?: string; status?: number; method?: string; headers?: Record<string, string> },
    ]
  >([
    ['with a chain', { key_reference: 'x5c' }, {}],
    ['with a text type', {}, { headers: { 'content-type': 'text/plain' } }],
    ['with an error', { sign_errors: true }, { status: 500 }],
    ['without a body, in mode always', { empty_body: 'always' }, { body: '', status: 204, headers: {} }],
    ['to HEAD', {}, { body: '', method: 'HEAD', headers: { digest: digestOf(BODY) } }],
    ['304', {}, { body: '', status: 304, headers: { digest: digestOf(BODY) } }],
    ['with a further header', { signed_headers: ['x-a'] }, { headers: { 'x-a': 'b' } }],
    ['with a further header and no body', { signed_headers: ['x-a'] }, { body: '', headers: { 'x-a': 'b' } }],
    ['of SHA-512', { digest_algorithm: 'SHA-512' }, {}],
  ])('by modi-sign, %s, is accepted', async (_, config, answer) => {
    const received = await receive(signRoute(ec, { request_digest: true, ...config }), answer, REQUEST_DIGEST);
    const tokenOnEmptyBody = config['empty_body'] === 'always';
    const judged = await receiver(pki, { tokenOnEmptyBody })(received, { ...EXPECTED, method: answer.method ?? 'GET' });
    expect([judged.verdict, judged.refusal]).toEqual(['signed', undefined]);
  });
});

describe('an unsigned answer', () => {
  const unsigned = (status: number, body: string): ReceivedAnswer => ({
    status,
    headers: new Map(),
    body: Buffer.from(body),
  });

  it.each([
    [200, 'x', {}, 'refused'],
    [404, 'x', {}, 'refused'],
    [500, 'x', {}, 'unsigned'],
    [500, 'x', { errorsSigned: true }, 'refused'],
    [200, '', {}, 'unsigned'],
    [204, '', {}, 'unsigned'],
    [200, '', { method: 'head' }, 'unsigned'],
  ] as const)('of status %i with body %j, %j: %s', async (status, body, expectations, verdict) => {
    const judged = await receiver(pki)(unsigned(status, body), expectations);
    expect(judged.verdict).toBe(verdict);
    if (verdict === 'refused') expect(judged.refusal).toMatchObject({ code: 'MODI_ANSWER_UNSIGNED', status: 502 });
  });

  it('without a body is refused where all answers must be signed, but not to HEAD', async () => {
    const judge = receiver(pki, { tokenOnEmptyBody: true });
    expect((await judge(unsigned(200, ''))).refusal?.code).toBe('MODI_ANSWER_UNSIGNED');
    expect((await judge(unsigned(200, ''), { method: 'HEAD' })).verdict).toBe('unsigned');
  });
});

describe('a wrong answer is refused', () => {
  const other = { digest: digestOf(Buffer.from('other')) };
  it.each<[code: string, name: string, answer: () => ReceivedAnswer]>([
    ['MODI_SIGNATURE_HEADER_DUPLICATE', 'two tokens', () => bent({}, { 'agid-jwt-signature': ['a.b.c', 'a.b.c'] })],
    ['MODI_SIGNATURE_HEADER_SCHEME', 'a scheme', () => bent({ finish: (token) => `Bearer ${token}` })],
    ['MODI_ANSWER_PARTIAL', 'status 206', () => bent({}, {}, BODY, 206)],
    ['MODI_DIGEST_DUPLICATE', 'two digests', () => bent({}, { digest: [digestOf(BODY), digestOf(BODY)] })],
    ['MODI_DIGEST_MALFORMED', 'no digest in Digest', () => bent({}, { digest: 'SHA-256=x' })],
    ['MODI_DIGEST_ENCODING', 'a hex digest', () => bent({}, { digest: digestOf(BODY, 'SHA-256', 'hex') })],
    ['MODI_DIGEST_ALGORITHM', 'MD5', () => bent({}, { digest: 'MD5=rL0Y20zC+Fzt72VPzMSk2A==' })],
    [
      'MODI_DIGEST_MISSING',
      'no Digest, unsigned',
      () => bent({ claims: { signed_headers: [{ 'content-type': 'application/json' }] } }, { digest: undefined }),
    ],
    ['MODI_SIGNED_HEADER_MISSING', 'no Digest', () => bent({}, { digest: undefined })],
    ['MODI_SIGNED_HEADER_MISMATCH', 'another Digest', () => bent({}, other)],
    ['MODI_SIGNED_HEADER_MISMATCH', 'another Content-Type', () => bent({}, { 'content-type': 'text/html' })],
    ['MODI_HEADER_UNSIGNED', 'an encoding that is not signed', () => bent({}, { 'content-encoding': 'gzip' })],
    ['MODI_DIGEST_MISMATCH', 'another body', () => bent({}, {}, Buffer.from('{"esito":"KO"}'))],
    ['MODI_DIGEST_UNEXPECTED', 'a Digest of nothing', () => bent({}, {}, Buffer.alloc(0))],
    ['MODI_TOKEN_ALG', 'HS256', () => bent({ header: { alg: 'HS256' } })],
    ['MODI_TOKEN_ALG', 'none', () => bent({ header: { alg: 'none' } })],
    ['MODI_TOKEN_TYP', 'another typ', () => bent({ header: { typ: 'at+jwt' } })],
    ['MODI_KEY_REFERENCE', 'a bare kid', () => bent({ reference: 'none', header: { kid: 'k' } })],
    ['MODI_SIGNATURE_INVALID', 'another key', () => bent({ key: pki.leaf('rsa').privateKey, algorithm: 'ES256' })],
    ['MODI_CLAIM_MISSING', 'no aud', () => bent({ claims: { aud: undefined } })],
    ['MODI_AUDIENCE_MISMATCH', 'another audience', () => bent({ claims: { aud: 'altro' } })],
    ['MODI_TOKEN_EXPIRED', 'passed', () => bent({ claims: { iat: NOW - 100, exp: NOW - 50 } })],
    ['MODI_TOKEN_TOO_OLD', 'old', () => bent({ claims: { iat: NOW - 400, exp: NOW + 50 } })],
    ['MODI_TOKEN_FROM_FUTURE', 'ahead', () => bent({ claims: { iat: NOW + 100, exp: NOW + 150 } })],
    ['MODI_TOKEN_NOT_YET_VALID', 'not yet', () => bent({ claims: { nbf: NOW + 100 } })],
    ['MODI_ANSWER_REQUEST_DIGEST_MISSING', 'no request_digest', () => bent({ claims: { request_digest: undefined } })],
    [
      'MODI_ANSWER_REQUEST_DIGEST_MISMATCH',
      'another request',
      () => bent({ claims: { request_digest: other.digest } }),
    ],
    ['MODI_CLAIM_TYPE', 'a request_digest that is none', () => bent({ claims: { request_digest: 5 } })],
  ])('%s: %s', async (code, _, answer) => {
    const judged = await receiver(pki)(answer(), EXPECTED);
    expect(judged.refusal).toMatchObject({ code, status: 502 });
    expect(judged.verdict).toBe('refused');
    expect(judged.results.at(-1)).toMatchObject({ outcome: 'fail', code });
    expect(judged.results.slice(0, -1).every(({ outcome }) => outcome === 'ok')).toBe(true);
  });

  it('with a request_digest where the request had no Digest: it answers somebody else', async () => {
    const judged = await receiver(pki)(bent(), { requestDigest: undefined });
    expect(judged.refusal?.code).toBe('MODI_ANSWER_REQUEST_DIGEST_MISMATCH');
    const none = await receiver(pki)(bent({ claims: { request_digest: undefined } }), { requestDigestRequired: true });
    expect(none.verdict).toBe('signed');
  });

  it('from a signer that is not trusted', async () => {
    const strange = await pki.issue({ ...NOT_YET_VALID });
    const claims = { ...commonClaims(NOW), aud: CALLER, signed_headers: [{ digest: digestOf(BODY) }] };
    const answer = bent({}, { 'agid-jwt-signature': makeToken(strange, claims) });
    expect((await receiver(pki)(answer)).refusal?.code).toBe('MODI_CERTIFICATE_NOT_YET_VALID');
  });

  it('larger than accepted', async () => {
    expect((await receiver(pki, { maxBodySize: 5 })(bent())).refusal?.code).toBe('MODI_ANSWER_REQUEST_DIGEST_MISMATCH');
    expect((await receiver(pki, { maxBodySize: 5 })(bent(), EXPECTED)).refusal?.code).toBe('MODI_BODY_TOO_LARGE');
  });

  it('when only the digest of the body is known, as well', async () => {
    const digest = createHash('sha256').update(BODY).digest();
    const answer = bent();
    const judge = receiver(pki);
    expect((await judge({ ...answer, body: { length: BODY.length, digest } }, EXPECTED)).verdict).toBe('signed');
    digest[0] = (digest[0] ?? 0) ^ 1;
    const judged = await judge({ ...answer, body: { length: BODY.length, digest } }, EXPECTED);
    expect(judged.refusal?.code).toBe('MODI_DIGEST_MISMATCH');
  });
});
