import { beforeAll, describe, expect, it } from 'vitest';
import type { Route } from '../../../plugins/modi-verify/route';
import type { MemoryKong } from '../../../plugins/runtime/adapters/memory';
import { makeCast, type Cast } from '../../support/corpus';
import { fakeKeys, IDS, makePdndRequest, pdndCast, pdndRoute } from '../../support/pdnd';
import { commonClaims, makeRequest, makeToken, type RequestRecipe, type TokenRecipe } from '../../support/requests';
import type { Party, TestRequest } from '../../support/requests';
import { NOW, problemOf, runAccess, verifyRoute } from '../../support/verify-route';

let cast: Cast;

const run = (route: Route, request: TestRequest): Promise<MemoryKong> =>
  runAccess(route, { ...request, pathWithQuery: '/x', method: 'POST' });

/** Code and status of the refusal, or `accepted`. */
async function verdict(route: Route, request: TestRequest): Promise<string> {
  const memory = await run(route, request);
  const { code, status } = problemOf(memory) as { readonly code?: string; readonly status?: number };
  if (code === undefined) return 'accepted';
  expect(memory.shared.size).toBe(0);
  return `${code} ${status ?? ''}`;
}

beforeAll(async () => {
  cast = await makeCast();
});

describe('AUDIT_REST_01 by certificate', () => {
  let route: Route;
  beforeAll(() => {
    route = verifyRoute(cast, { patterns: ['ID_AUTH_REST_02', 'AUDIT_REST_01'] });
  });

  const evidence = (recipe: TokenRecipe = {}, party: Party = cast.ec): string =>
    makeToken(party, { ...commonClaims(NOW), userID: 'op-4711', userLocation: 'desk-12', LoA: 'high' }, recipe);
  const withHeader = (value: string | string[] | undefined): TestRequest =>
    makeRequest({ now: NOW, party: cast.ec, wire: { 'agid-jwt-trackingevidence': value } });

  it('accepts a token of the caller, and hands on what it tracks', async () => {
    const memory = await run(route, withHeader(evidence()));
    expect(problemOf(memory)).toEqual({});
    const calls = JSON.stringify(memory.calls);
    expect(calls).toContain('x-modi-audit-userid');
    expect(calls).toContain('op-4711');
    expect(calls).toContain('desk-12');
  });

  it.each([
    ['another kind of key of the same rules', 'rsa'],
    ['a certificate that is pinned', 'pinned'],
  ] as const)('accepts %s', async (_, name) => {
    const party = cast[name];
    const wire = { 'agid-jwt-trackingevidence': evidence({}, party) };
    expect(await verdict(route, makeRequest({ now: NOW, party, wire }))).toBe('accepted');
  });

  it('accepts a certificate named by its thumbprint alone, where it is pinned', async () => {
    const party = cast.pinned;
    const wire = { 'agid-jwt-trackingevidence': evidence({ reference: 'x5t#S256' }, party) };
    expect(await verdict(route, makeRequest({ now: NOW, party, wire }))).toBe('accepted');
  });

  it('asks for one token, bare', async () => {
    expect(await verdict(route, withHeader(undefined))).toBe('MODI_AUDIT_MISSING 400');
    for (const value of [[evidence(), evidence()], `${evidence()},${evidence()}`, `Bearer ${evidence()}`]) {
      expect(await verdict(route, withHeader(value))).toBe('MODI_AUDIT_HEADER 400');
    }
  });

  it('leaves a caller without one in peace where it is optional, and judges one that is there', async () => {
    const optional = verifyRoute(cast, { patterns: ['ID_AUTH_REST_02', 'AUDIT_REST_01'], audit_token: 'optional' });
    expect(await verdict(optional, withHeader(undefined))).toBe('accepted');
    expect(await verdict(optional, withHeader(evidence({}, cast.other)))).toBe('MODI_SIGNER_MISMATCH 400');
  });

  it('refuses the token of another body that is trusted, too', async () => {
    expect(await verdict(route, withHeader(evidence({}, cast.other)))).toBe('MODI_SIGNER_MISMATCH 400');
  });

  it('refuses certificates that are not trusted, each with its reason', async () => {
    expect(cast.refused.length).toBeGreaterThan(3);
    for (const { party, code } of cast.refused) {
      expect(await verdict(route, withHeader(evidence({}, party)))).toBe(`${code} 400`);
    }
  });

  const BENT: readonly (readonly [code: string, name: string, recipe: TokenRecipe | (() => TokenRecipe)])[] = [
    ['MODI_SIGNATURE_INVALID', "another's key under the caller's certificate", () => ({ key: cast.other.privateKey })],
    ['MODI_KEY_REFERENCE', 'a kid alone', { reference: 'none', header: { kid: 'x'.repeat(43) } }],
    ['MODI_TOKEN_ALG', 'no signature', { header: { alg: 'none' } }],
    ['MODI_TOKEN_EXPIRED', 'yesterday', { claims: { iat: NOW - 90_000, nbf: NOW - 90_000, exp: NOW - 86_400 } }],
    ['MODI_AUDIENCE_MISMATCH', 'another service', { claims: { aud: 'https://other.example' } }],
    ['MODI_JTI_MISSING', 'no jti', { claims: { jti: undefined } }],
    ['MODI_AUDIT_CLAIM_MISSING', 'no user', { claims: { userID: undefined } }],
    ['MODI_AUDIT_CLAIM_MISSING', 'no place', { claims: { userLocation: undefined } }],
    ['MODI_AUDIT_CLAIM_VALUE', 'a user that is no text', { claims: { userID: 5 } }],
  ];

  it.each(BENT)('refuses with %s: %s', async (code, _, recipe) => {
    const value = evidence(typeof recipe === 'function' ? recipe() : recipe);
    expect(await verdict(route, withHeader(value))).toBe(`${code} 400`);
  });

  it('does not take AUDIT_REST_02, whose voucher nobody could hold it against', () => {
    expect(() => verifyRoute(cast, { patterns: ['ID_AUTH_REST_02', 'AUDIT_REST_02'] })).toThrow(/AUDIT_REST_02/);
  });
});

describe('INTEGRITY_REST_01 beside a voucher', () => {
  const platform = pdndCast();
  let route: Route;
  beforeAll(() => {
    const trust = { anchors: [cast.anchor], certificates: [cast.pinnedPem] };
    const pdnd = { eservice_id: IDS.eservice };
    route = pdndRoute({ patterns: ['ID_AUTH_REST_01', 'INTEGRITY_REST_01'], trust, pdnd }, fakeKeys(platform));
  });

  const OF_CLIENT = { iss: IDS.client, client_id: undefined };
  const request = (signature: TokenRecipe = {}, recipe: Partial<RequestRecipe> = {}): TestRequest => {
    const { authorization } = makePdndRequest({ now: NOW, cast: platform, path: '/x' }).headers;
    return makeRequest({
      ...{ now: NOW, party: cast.ec, integrity: true },
      ...recipe,
      signature: { ...signature, claims: { ...OF_CLIENT, ...signature.claims } },
      wire: { authorization, ...recipe.wire },
    });
  };
  const claims = (values: Readonly<Record<string, unknown>>) => request({ claims: values });

  it('accepts a token by certificate that names the client of the voucher', async () => {
    expect(await verdict(route, claims({}))).toBe('accepted');
    expect(await verdict(route, claims({ iss: 'c_esempio', client_id: IDS.client }))).toBe('accepted');
    expect(await verdict(route, claims({ purposeId: IDS.purpose }))).toBe('accepted');
    expect(await verdict(route, request({}, { party: cast.pinned }))).toBe('accepted');
  });

  it('refuses one that names another client, or none', async () => {
    for (const values of [{ iss: 'c_esempio' }, { iss: undefined }, { iss: IDS.otherClient }]) {
      expect(await verdict(route, claims(values))).toBe('MODI_CLIENT_MISMATCH 400');
    }
    expect(await verdict(route, claims({ client_id: IDS.otherClient }))).toBe('MODI_CLIENT_MISMATCH 400');
  });

  it('refuses one for another purpose', async () => {
    expect(await verdict(route, claims({ purposeId: IDS.eservice }))).toBe('MODI_PURPOSE_MISMATCH 400');
    expect(await verdict(route, claims({ purposeId: [IDS.purpose] }))).toBe('MODI_PURPOSE_MISMATCH 400');
  });

  it('refuses certificates that are not trusted, each with its reason', async () => {
    for (const { party, code } of cast.refused) {
      expect(await verdict(route, request({}, { party }))).toBe(`${code} 400`);
    }
  });

  it('refuses a key that only the platform knows, registered though it is', async () => {
    const { kid, privateKey } = platform.client;
    const byKid = { reference: 'none', header: { kid }, key: privateKey, algorithm: 'RS256' } as const;
    expect(await verdict(route, request(byKid))).toBe('MODI_KEY_REFERENCE 400');
  });

  it('refuses what the signature or the digest does not cover', async () => {
    expect(await verdict(route, request({ key: cast.other.privateKey }))).toBe('MODI_SIGNATURE_INVALID 400');
    const missing = request({}, { wire: { 'agid-jwt-signature': undefined } });
    expect(await verdict(route, missing)).toBe('MODI_SIGNATURE_HEADER_MISSING 400');
    expect(await verdict(route, { ...request(), body: Buffer.from('{"codice":"AB12","anno":2025}') })).toBe(
      'MODI_DIGEST_MISMATCH 400',
    );
  });

  it('does not make up for a voucher', async () => {
    const without = request({}, { wire: { authorization: undefined } });
    expect(await verdict(route, without)).toBe('MODI_AUTHORIZATION_MISSING 401');
    const byCertificate = request({}, { wire: { authorization: `Bearer ${makeToken(cast.ec, commonClaims(NOW))}` } });
    expect(await verdict(route, byCertificate)).toBe('MODI_VOUCHER_TYP 401');
  });
});
