import { createHash, createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { PlatformDataError, SAMPLE_PLATFORM, type RunningPlatform } from '../../../plugins/dev/platform';
import {
  askVoucher,
  CAST,
  claimsOf,
  clientAssertion,
  dpopProof,
  ecPair,
  headerOf,
  mockPlatform,
  rsaPair,
  sampleData,
} from '../../support/platform';

const NOW = 1_760_000_000;
const { apiClient, client, consumer, purpose } = SAMPLE_PLATFORM;
const dpop = ecPair();

async function apiVoucher(platform: RunningPlatform, headers: Record<string, string> = {}): Promise<string> {
  const recipe = { key: CAST.api, claims: { iss: apiClient, sub: apiClient, purposeId: undefined } };
  const answer = await askVoucher(platform, clientAssertion(platform, NOW, recipe), headers, { client_id: apiClient });
  return ((await answer.json()) as { access_token: string }).access_token;
}

const boundVoucher = (platform: RunningPlatform): Promise<string> =>
  apiVoucher(platform, { DPoP: dpopProof('POST', platform.tokenUri, NOW, dpop) });

const athOf = (voucher: string): string => createHash('sha256').update(voucher).digest('base64url');

async function asked(version: 'v1' | 'v2', path: string) {
  const platform = await mockPlatform({ now: () => NOW });
  const headers = { Authorization: `Bearer ${await apiVoucher(platform)}` };
  const answer = await fetch(platform.apiUri(version) + path, { headers });
  return { platform, headers, status: answer.status, body: await answer.json() };
}

async function askedV3(platform: RunningPlatform, path: string, voucher: string, claims: Record<string, unknown> = {}) {
  const url = platform.apiUri('v3') + path;
  const proof = dpopProof('GET', url.split('?')[0] ?? '', NOW, { ...dpop, claims: { ath: athOf(voucher), ...claims } });
  return fetch(url, { headers: { Authorization: `DPoP ${voucher}`, DPoP: proof } });
}

it.each(['v1', 'v2'] as const)('%s shows a key in its shape, and none for a kid that nobody has', async (version) => {
  const { status, body, platform, headers } = await asked(version, `/keys/${CAST.client.kid}`);
  expect(status).toBe(200);
  const jwk = { ...CAST.client.publicKey.export({ format: 'jwk' }), kid: CAST.client.kid, use: 'sig', alg: 'RS256' };
  expect(body).toEqual(version === 'v1' ? jwk : { clientId: client, jwk });
  const unknown = await fetch(`${platform.apiUri(version)}/keys/${'x'.repeat(43)}`, { headers });
  expect([unknown.status, unknown.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
});

it.each([
  ['v1', `/clients/${client}`, { id: client, consumerId: consumer }],
  ['v2', `/clients/${client}`, { id: client, consumerId: consumer, name: 'protocollo-app' }],
  ['v1', `/organizations/${consumer}`, { name: 'Comune di Esempio', externalId: { origin: 'IPA', id: 'c_esempio' } }],
  ['v2', `/tenants/${consumer}`, { name: 'Comune di Esempio', externalId: { origin: 'IPA', value: 'c_esempio' } }],
  ['v1', `/purposes/${purpose}`, { id: purpose, state: 'ACTIVE' }],
  ['v2', `/purposes/${purpose}`, { id: purpose, title: 'Verifica della residenza', consumerId: consumer }],
] as const)('%s answers %s', async (version, path, expected) => {
  expect(await asked(version, path)).toMatchObject({ status: 200, body: expected });
});

describe('events', () => {
  it('of v1 are numbered from 1, and pages follow each other', async () => {
    const { platform, headers, body } = await asked('v1', '/events/keys?lastEventId=0&limit=1');
    const event = { eventId: 1, eventType: 'ADDED', objectType: 'KEY', objectId: { kid: CAST.client.kid } };
    expect(body).toEqual({ lastEventId: 1, events: [event] });
    platform.platform.registry.deleteKey(CAST.client.kid);
    const next = await fetch(`${platform.apiUri('v1')}/events/keys?lastEventId=1`, { headers });
    expect(await next.json()).toMatchObject({
      lastEventId: 3,
      events: [{ eventId: 2 }, { eventId: 3, eventType: 'DELETED', objectId: { kid: CAST.client.kid } }],
    });
    const uuid = await fetch(`${platform.apiUri('v1')}/events/keys?lastEventId=${client}`, { headers });
    expect(uuid.status).toBe(400);
  });

  it('of v2 have UUIDs that sort, and take no numbers', async () => {
    const { platform, headers, body } = await asked('v2', '/keyEvents?limit=1');
    const { events } = body as { events: { id: string }[] };
    expect(events).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
        eventType: 'CLIENT_KEY_ADDED',
        eventTimestamp: new Date(NOW * 1000).toISOString(),
        kid: CAST.client.kid,
        clientId: client,
      },
    ]);
    const next = await fetch(`${platform.apiUri('v2')}/keyEvents?lastEventId=${events[0]!.id}`, { headers });
    expect(await next.json()).toMatchObject({ events: [{ kid: CAST.api.kid }] });
    const numbered = await fetch(`${platform.apiUri('v2')}/keyEvents?lastEventId=1`, { headers });
    expect(numbered.status).toBe(400);
  });
});

describe('v3', () => {
  it('wants a bound voucher with a fresh proof, and signs its answers with keys of their own', async () => {
    const platform = await mockPlatform({ now: () => NOW });
    const answer = await askedV3(platform, `/keys/${CAST.client.kid}`, await boundVoucher(platform));
    expect(answer.status).toBe(200);
    const body = Buffer.from(await answer.arrayBuffer());
    const signature = answer.headers.get('agid-jwt-signature') ?? '';
    expect(answer.headers.get('digest')).toBe(`SHA-256=${createHash('sha256').update(body).digest('base64')}`);
    expect(claimsOf(signature)).toMatchObject({ iss: `${platform.url}/api`, iat: NOW, exp: NOW + 100 });
    expect(claimsOf(signature)).not.toHaveProperty('aud');
    expect(claimsOf(signature)['signed_headers']).toEqual([
      { digest: answer.headers.get('digest') },
      { 'x-correlation-id': answer.headers.get('x-correlation-id') },
      { 'content-type': 'application/json; charset=utf-8' },
    ]);
    const keysOf = async (uri: string) =>
      ((await (await fetch(uri)).json()) as { keys: (JsonWebKey & { kid: string })[] }).keys;
    const [jwk] = await keysOf(platform.answerKeysUri);
    expect(headerOf(signature)).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: jwk!.kid });
    expect((await keysOf(platform.jwksUri)).map(({ kid }) => kid)).not.toContain(jwk!.kid);
    const [header, payload, bytes = ''] = signature.split('.');
    const key = createPublicKey({ key: jwk!, format: 'jwk' });
    expect(verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(bytes, 'base64url'))).toBe(true);
  });

  it('refuses a voucher that is not bound, a proof without ath, and one for another key; v2 refuses a bound one', async () => {
    const platform = await mockPlatform({ now: () => NOW });
    const path = `/keys/${CAST.client.kid}`;
    const bound = await boundVoucher(platform);
    expect((await askedV3(platform, path, await apiVoucher(platform))).status).toBe(401);
    expect((await askedV3(platform, path, bound, { ath: undefined })).status).toBe(401);
    expect((await askedV3(platform, path, bound, { htu: platform.apiUri('v3') })).status).toBe(401);
    const headers = { Authorization: `Bearer ${bound}` };
    expect((await fetch(platform.apiUri('v2') + path, { headers })).status).toBe(401);
    expect((await fetch(platform.apiUri('v3') + path, { headers })).status).toBe(401);
  });

  it('refuses the voucher of a consumer', async () => {
    const platform = await mockPlatform({ now: () => NOW });
    const DPoP = dpopProof('POST', platform.tokenUri, NOW, dpop);
    const answer = await askVoucher(platform, clientAssertion(platform, NOW), { DPoP });
    const { access_token: voucher } = (await answer.json()) as { access_token: string };
    expect((await askedV3(platform, `/keys/${CAST.client.kid}`, voucher)).status).toBe(401);
  });
});

describe('the keys of vouchers', () => {
  it('are announced, used, and retired', async () => {
    const { platform } = await mockPlatform();
    const { voucherKeys } = platform;
    const before = voucherKeys.current.kid;
    const next = voucherKeys.announce();
    expect(voucherKeys.current.kid).toBe(before);
    expect(voucherKeys.jwks().keys).toMatchObject([{ kid: before }, { kid: next }]);
    voucherKeys.activate();
    expect(voucherKeys.current.kid).toBe(next);
    voucherKeys.retire();
    expect(voucherKeys.jwks().keys).toMatchObject([{ kid: next }]);
  });
});

describe('data', () => {
  const withKeys = (...keys: string[]) => {
    const data = sampleData();
    return { ...data, clients: data.clients.map((one) => ({ ...one, keys })) };
  };

  it.each<[string, () => string]>([
    ['a private key', () => rsaPair().privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ['an EC key', () => ecPem()],
    ['a short key', () => rsaPair(1024).pem],
    ['a key twice', () => CAST.client.pem],
  ])('with %s is refused', async (_, make) => {
    await expect(mockPlatform({ data: withKeys(make()) })).rejects.toThrow(PlatformDataError);
  });

  it('with ids that nobody has is refused', async () => {
    const data = sampleData();
    const purposes = data.purposes.map((one) => ({ ...one, eservice: client }));
    await expect(mockPlatform({ data: { ...data, purposes } })).rejects.toThrow(`names ${client}`);
  });
});

const ecPem = (): string => createPublicKey(ecPair().key).export({ type: 'spki', format: 'pem' }).toString();

describe('a fault', () => {
  it('is of one part alone, until it is taken back', async () => {
    const { platform, jwksUri, answerKeysUri } = await mockPlatform();
    platform.faults.set('jwks', { kind: 'status', status: 503, headers: { 'Retry-After': '7' } });
    const broken = await fetch(jwksUri);
    expect([broken.status, broken.headers.get('retry-after')]).toEqual([503, '7']);
    expect((await fetch(answerKeysUri)).status).toBe(200);
    platform.faults.delete('jwks');
    expect((await fetch(jwksUri)).status).toBe(200);
    expect(platform.seen).toMatchObject({ jwks: 2, 'answer-keys': 1 });
  });

  it('can hang up in the middle, and be of any body', async () => {
    const { platform, jwksUri } = await mockPlatform();
    platform.faults.set('jwks', { kind: 'cut' });
    await expect(fetch(jwksUri).then((answer) => answer.text())).rejects.toThrow();
    platform.faults.set('jwks', { kind: 'body', body: '<html>', type: 'text/html' });
    const answer = await fetch(jwksUri);
    expect([answer.headers.get('content-type'), await answer.text()]).toEqual(['text/html', '<html>']);
  });
});
