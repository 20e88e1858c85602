import { createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SAMPLE_PLATFORM, type RunningPlatform, type TokenRefusal } from '../../../plugins/dev/platform';
import {
  askVoucher,
  CAST,
  claimsOf,
  clientAssertion,
  dpopProof,
  ecPair,
  headerOf,
  mockPlatform,
  PDND_AUDIENCE,
  rsaPair,
  sampleData,
  type AssertionRecipe,
} from '../../support/platform';

const NOW = 1_760_000_000;
const now = () => NOW;

interface TokenAnswer {
  access_token: string;
  token_type: string;
  expires_in: number;
}

const issued = async (answer: Response): Promise<TokenAnswer> => {
  expect(answer.status).toBe(200);
  return (await answer.json()) as TokenAnswer;
};

async function watched() {
  const refusals: TokenRefusal[] = [];
  const platform = await mockPlatform({ now, onRefusal: (refusal) => refusals.push(refusal) });
  return { platform, refusals };
}

describe('a voucher', () => {
  it('is Bearer, signed by a key of the JWK Set, and says who may do what where', async () => {
    const platform = await mockPlatform({ now });
    const answer = await issued(await askVoucher(platform, clientAssertion(platform, NOW)));
    expect(answer).toMatchObject({ token_type: 'Bearer', expires_in: 600 });
    const { access_token: voucher } = answer;
    expect(headerOf(voucher)).toMatchObject({ typ: 'at+jwt', alg: 'RS256', use: 'sig' });
    const { client, purpose, producer, consumer, eservice, descriptor } = SAMPLE_PLATFORM;
    expect(claimsOf(voucher)).toEqual({
      iss: 'pdnd.localhost',
      aud: PDND_AUDIENCE,
      sub: client,
      client_id: client,
      jti: expect.any(String) as unknown,
      iat: NOW,
      nbf: NOW,
      exp: NOW + 600,
      purposeId: purpose,
      producerId: producer,
      consumerId: consumer,
      eserviceId: eservice,
      descriptorId: descriptor,
    });
    const { keys } = (await (await fetch(platform.jwksUri)).json()) as { keys: (JsonWebKey & { kid: string })[] };
    const jwk = keys.find(({ kid }) => kid === headerOf(voucher)['kid']);
    const [header, payload, signature = ''] = voucher.split('.');
    const key = createPublicKey({ key: jwk ?? {}, format: 'jwk' });
    expect(verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'))).toBe(true);
  });

  it('is bound to the key of a proof, and copies the digest of an audit token', async () => {
    const platform = await mockPlatform({ now });
    const digest = { alg: 'SHA256', value: 'a'.repeat(64) };
    const DPoP = dpopProof('POST', platform.tokenUri, NOW, ecPair());
    const assertion = clientAssertion(platform, NOW, { claims: { digest } });
    const { access_token: voucher, token_type: type } = await issued(await askVoucher(platform, assertion, { DPoP }));
    expect(type).toBe('DPoP');
    expect(claimsOf(voucher)).toMatchObject({ digest, cnf: { jkt: expect.stringMatching(/^[\w-]{43}$/) as unknown } });
  });

  it('joins several audiences with commas', async () => {
    const data = sampleData();
    const [eservice] = data.eservices;
    const descriptors = eservice!.descriptors.map((one) => ({ ...one, audience: ['https://a.example', 'b'] }));
    const platform = await mockPlatform({ now, data: { ...data, eservices: [{ ...eservice!, descriptors }] } });
    const { access_token: voucher } = await issued(await askVoucher(platform, clientAssertion(platform, NOW)));
    expect(claimsOf(voucher)['aud']).toBe('https://a.example,b');
  });

  it('for the API of the platform has no purpose', async () => {
    const platform = await mockPlatform({ now });
    const id = SAMPLE_PLATFORM.apiClient;
    const recipe = { key: CAST.api, claims: { iss: id, sub: id, purposeId: undefined } };
    const answer = await askVoucher(platform, clientAssertion(platform, NOW, recipe), {}, { client_id: id });
    const claims = claimsOf((await issued(answer)).access_token);
    expect(claims).toMatchObject({ client_id: id, organizationId: SAMPLE_PLATFORM.producer, role: 'm2m' });
    expect(claims).not.toHaveProperty('purposeId');
  });
});

describe('a refusal', () => {
  const opaque = {
    type: 'about:blank',
    title: 'Bad Request',
    status: 400,
    detail: 'Unable to generate a token for the given request',
    errors: [{ code: '015-0008', detail: expect.any(String) as unknown }],
    correlationId: expect.any(String) as unknown,
  };

  async function refused(answer: Response, refusals: readonly TokenRefusal[], step: string): Promise<void> {
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await answer.json()).toEqual(opaque);
    expect(refusals.map((refusal) => refusal.step)).toEqual([step]);
  }

  it.each<[string, string, AssertionRecipe]>([
    ['nbf', 'assertion', { claims: { nbf: NOW } }],
    ['any further claim', 'assertion', { claims: { sessionInfo: {} } }],
    ['an audience that is a URL', 'assertion', { claims: { aud: 'https://auth.pdnd.localhost/client-assertion' } }],
    ['an audience in a list', 'assertion', { claims: { aud: ['auth.pdnd.localhost/client-assertion'] } }],
    ['no jti', 'assertion', { claims: { jti: undefined } }],
    ['no iat', 'assertion', { claims: { iat: undefined } }],
    ['exp as text', 'assertion', { claims: { exp: String(NOW + 60) } }],
    ['sub of another client', 'assertion', { claims: { sub: SAMPLE_PLATFORM.apiClient } }],
    ['iss of another client', 'assertion', { claims: { iss: SAMPLE_PLATFORM.apiClient } }],
    ['a digest in base64', 'assertion', { claims: { digest: { alg: 'SHA256', value: 'A'.repeat(44) } } }],
    ['a digest of another spelling', 'assertion', { claims: { digest: { alg: 'SHA-256', value: 'a'.repeat(64) } } }],
    [
      'a digest with more',
      'assertion',
      { claims: { digest: { alg: 'SHA256', value: 'a'.repeat(64), encoding: 'hex' } } },
    ],
    ['another algorithm', 'assertion', { header: { alg: 'PS256' } }],
    ['a short kid', 'assertion', { header: { kid: 'abc' } }],
    ['another typ', 'assertion', { header: { typ: 'at+jwt' } }],
    ['no purpose', 'key', { claims: { purposeId: undefined } }],
    ['an unknown purpose', 'key', { claims: { purposeId: SAMPLE_PLATFORM.client } }],
    ['the key of another client', 'key', { header: { kid: CAST.api.kid } }],
    ['a signature by another key', 'signature', { key: { ...rsaPair(), kid: CAST.client.kid } }],
    ['exp in the past', 'signature', { claims: { exp: NOW } }],
  ])('of an assertion with %s is opaque, at the step %s', async (_, step, recipe) => {
    const { platform, refusals } = await watched();
    await refused(await askVoucher(platform, clientAssertion(platform, NOW, recipe)), refusals, step);
  });

  it.each<[string, Record<string, string>]>([
    ['another grant', { grant_type: 'authorization_code' }],
    ['another type of assertion', { client_assertion_type: 'jwt' }],
    ['a client id that is none', { client_id: 'me' }],
    ['no assertion', { client_assertion: '' }],
  ])('of a form with %s', async (_, form) => {
    const { platform, refusals } = await watched();
    await refused(await askVoucher(platform, clientAssertion(platform, NOW), {}, form), refusals, 'form');
  });

  it('of a form that is JSON', async () => {
    const { platform, refusals } = await watched();
    const init = { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } };
    await refused(await fetch(platform.tokenUri, init), refusals, 'form');
  });

  const pair = ecPair();
  const proofs: [string, (platform: RunningPlatform) => string][] = [
    ['another method', ({ tokenUri }) => dpopProof('GET', tokenUri, NOW, pair)],
    ['another URL', ({ tokenUri }) => dpopProof('POST', `${tokenUri}/`, NOW, pair)],
    ['a claim more', ({ tokenUri }) => dpopProof('POST', tokenUri, NOW, { ...pair, claims: { ath: 'x' } })],
    ['an age of 61 s', ({ tokenUri }) => dpopProof('POST', tokenUri, NOW - 61, pair)],
    ['11 s of the future', ({ tokenUri }) => dpopProof('POST', tokenUri, NOW + 11, pair)],
    ['kid in jwk', ({ tokenUri }) => dpopProof('POST', tokenUri, NOW, withJwk({ ...pair.publicJwk, kid: 'x' }))],
    [
      'the private key',
      ({ tokenUri }) => dpopProof('POST', tokenUri, NOW, withJwk(pair.key.export({ format: 'jwk' }))),
    ],
    ['the key of somebody else', ({ tokenUri }) => dpopProof('POST', tokenUri, NOW, withJwk(ecPair().publicJwk))],
    ['another typ', ({ tokenUri }) => dpopProof('POST', tokenUri, NOW, { ...pair, header: { typ: 'JWT' } })],
    ['a second one behind a comma', ({ tokenUri }) => `${dpopProof('POST', tokenUri, NOW, pair)}, x`],
  ];
  const withJwk = (publicJwk: JsonWebKey) => ({ ...pair, publicJwk });

  it.each(proofs)('of a proof with %s, before anything else is looked at', async (_, make) => {
    const { platform, refusals } = await watched();
    await refused(await askVoucher(platform, 'no assertion', { DPoP: make(platform) }), refusals, 'dpop');
  });

  it('of a proof that was used before, after all else', async () => {
    const { platform, refusals } = await watched();
    const DPoP = dpopProof('POST', platform.tokenUri, NOW, pair);
    await issued(await askVoucher(platform, clientAssertion(platform, NOW), { DPoP }));
    await refused(await askVoucher(platform, clientAssertion(platform, NOW), { DPoP }), refusals, 'dpop-jti');
  });

  it('of a purpose that is suspended, and of a version that is', async () => {
    const { platform, refusals } = await watched();
    const [purpose] = sampleData().purposes;
    platform.platform.setPurpose({ ...purpose!, state: 'SUSPENDED' });
    await refused(await askVoucher(platform, clientAssertion(platform, NOW)), refusals, 'state');
  });

  it('of too many requests of one organisation is 429, with the headers that say when', async () => {
    const platform = await mockPlatform({ now, rateLimit: { max: 2, intervalMs: 5000 } });
    const ask = () => askVoucher(platform, clientAssertion(platform, NOW));
    const first = await ask();
    expect([first.status, first.headers.get('x-rate-limit-remaining')]).toEqual([200, '1']);
    await ask();
    const { status, headers } = await ask();
    expect(status).toBe(429);
    expect(headers.get('x-rate-limit-limit')).toBe('2');
    expect(headers.get('x-rate-limit-interval')).toBe('5000');
  });
});
