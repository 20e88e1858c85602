import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeCast, type Cast } from '../../support/corpus';
import { httpsHost } from '../../support/https-host';
import { jwkOf, jwkSet } from '../../support/jwks';
import { mockPki, type MockPki } from '../../support/pki';
import { makeRequest, type TokenRecipe } from '../../support/requests';
import { tempFolder } from '../../support/temp';
import { NOW, problemOf, runAccess, verifyRoute } from '../../support/verify-route';

let cast: Cast;
let pki: MockPki;
let set: string;
beforeAll(async () => {
  [cast, pki] = [await makeCast(), await mockPki()];
  set = jwkSet(
    jwkOf(pki.leaf('ec').publicKey, 'comune-2026'),
    jwkOf(pki.leaf('ec').publicKey, 'with-certificate', { x5c: [pki.leaf('ec').der.toString('base64')] }),
    jwkOf(pki.leaf('rsa').publicKey, 'rsa', { alg: 'RS256' }),
  );
});

const byKid = (kid: unknown, more: TokenRecipe = {}): TokenRecipe => ({
  reference: 'none',
  ...more,
  header: { kid, ...more.header },
});
const route = (trust: Record<string, unknown> = {}, patterns = ['ID_AUTH_REST_02']) =>
  verifyRoute(cast, { patterns, trust: { jwks: [set], ...trust } });
const request = (idAuth: TokenRecipe) => makeRequest({ now: NOW, party: cast.ec, idAuth });
const headersTo = (memory: Awaited<ReturnType<typeof runAccess>>) => JSON.stringify(memory.calls);

describe('a token that names its key by kid', () => {
  it('is accepted, and the caller is called by the kid; no certificate is made up', async () => {
    const memory = await runAccess(route(), request(byKid('comune-2026')));
    expect(memory.exited()).toBeUndefined();
    expect(headersTo(memory)).toContain('"x-modi-client":"kid:comune-2026"');
    expect(headersTo(memory)).not.toContain('certificate-s');
    expect(headersTo(memory)).not.toContain('certificate_s');
  });

  it('is accepted as its certificate where the set holds one', async () => {
    const memory = await runAccess(route(), request(byKid('with-certificate')));
    expect(headersTo(memory)).toContain('"x-modi-client":"CF:IT-80012000000"');
    expect(headersTo(memory)).toContain('x-modi-certificate-subject');
  });

  it('both tokens of a request must be signed with one key', async () => {
    const both = (signature: TokenRecipe) =>
      makeRequest({ now: NOW, party: cast.ec, integrity: true, idAuth: byKid('comune-2026'), signature });
    const integrity = () => route({}, ['ID_AUTH_REST_02', 'INTEGRITY_REST_01']);
    expect((await runAccess(integrity(), both(byKid('comune-2026')))).exited()).toBeUndefined();
    const other = byKid('rsa', { key: cast.rsa.privateKey, algorithm: 'RS256' });
    expect(problemOf(await runAccess(integrity(), both(other)))).toMatchObject({ code: 'MODI_SIGNER_MISMATCH' });
  });

  it.each<[string, () => TokenRecipe, string, number]>([
    ['unknown', () => byKid('other'), 'MODI_KEY_UNKNOWN', 401],
    ['no text', () => byKid(7), 'MODI_KID_MALFORMED', 401],
    ['too long', () => byKid('k'.repeat(257)), 'MODI_KID_MALFORMED', 401],
    ['unprintable', () => byKid('a b'), 'MODI_KID_MALFORMED', 401],
    ['a name of objects', () => byKid('__proto__'), 'MODI_KEY_UNKNOWN', 401],
    ['of another key', () => byKid('comune-2026', { key: pki.root.privateKey }), 'MODI_SIGNATURE_INVALID', 401],
    [
      'of a key for another algorithm',
      () => byKid('rsa', { key: cast.rsa.privateKey, algorithm: 'RS512' }),
      'MODI_ALG_KEY_MISMATCH',
      401,
    ],
    ['of a key of another kind', () => byKid('rsa'), 'MODI_ALG_KEY_MISMATCH', 401],
  ])('is refused when the kid is %s', async (_, recipe, code, status) => {
    expect(problemOf(await runAccess(route(), request(recipe())))).toMatchObject({
      code,
      status,
      token: 'Authorization',
    });
  });

  it('has its kid looked at only when nothing else names the signer', async () => {
    const memory = await runAccess(route({ anchors: [cast.anchor] }), request({ header: { kid: 'rsa' } }));
    expect(memory.exited()).toBeUndefined();
    expect(headersTo(memory)).toContain('"x-modi-client":"CF:IT-80012000000"');
  });

  it('is refused where no keys are trusted, and there a set is not needed for x5c', async () => {
    const without = verifyRoute(cast, { patterns: ['ID_AUTH_REST_02'] });
    expect(problemOf(await runAccess(without, request(byKid('rsa'))))).toMatchObject({ code: 'MODI_KEY_REFERENCE' });
    expect(problemOf(await runAccess(route(), request({})))).toMatchObject({ code: 'MODI_CERTIFICATE_UNTRUSTED' });
  });

  it('does not outlive its key: a file without it refuses the next token, though the header is known', async () => {
    const path = join(tempFolder(), 'keys.json');
    writeFileSync(path, set);
    const one = route({ jwks: [path] });
    expect((await runAccess(one, request(byKid('comune-2026')))).exited()).toBeUndefined();
    writeFileSync(path, jwkSet(jwkOf(pki.leaf('rsa').publicKey, 'rsa')));
    void one.prepare(NOW + 2);
    await one.settled();
    expect(problemOf(await runAccess(one, request(byKid('comune-2026'))))).toMatchObject({ code: 'MODI_KEY_UNKNOWN' });
  });
});

describe('a set behind a URL', () => {
  const remote = (url: string) => route({ jwks: [url], jwks_ca: [pki.anchorPem], private_hosts: ['localhost'] });

  it('is waited for by the first request', async () => {
    const url = await httpsHost((_request, response) =>
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(set),
    );
    expect((await runAccess(remote(url), request(byKid('comune-2026')))).exited()).toBeUndefined();
  });

  it('that cannot be had is 503 with Retry-After', async () => {
    const url = await httpsHost((_request, response) => response.writeHead(404).end());
    const memory = await runAccess(remote(url), request(byKid('comune-2026')));
    expect(problemOf(memory)).toMatchObject({ status: 503, code: 'MODI_KEY_SOURCE_DOWN' });
    expect(memory.exited()?.headers).toMatchObject({ 'Retry-After': '5' });
  });
});

describe('a configuration is refused:', () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['no such file', { jwks: ['missing.json'] }, /trust\.jwks\[1\]: the file "missing\.json" does not exist/],
    ['a URL without TLS', { jwks: ['http://keys.example/'] }, /trust\.jwks\[1\]/],
    ['a limit below the refresh', { jwks_max_stale: 60 }, /trust\.jwks_max_stale/],
    ['an authority that is none', { jwks_ca: ['-----BEGIN X-----'] }, /trust\.jwks_ca\[1\]/],
    ['nothing at all', { jwks: [] }, /nothing is trusted/],
  ])('%s', (_, trust, says) => {
    expect(() => route(trust)).toThrow(says);
  });
});

describe('trust_version', () => {
  const versionOf = (one: ReturnType<typeof route>) => one.policy.signers.id;
  const keys = () => [jwkOf(pki.leaf('ec').publicKey, 'a'), jwkOf(pki.leaf('rsa').publicKey, 'b')] as const;

  it('is the same for the same keys, in whatever order and file they stand: on every node', () => {
    const [first, second] = keys();
    const path = join(tempFolder(), 'set.json');
    writeFileSync(path, jwkSet(second, { ...first, comment: 'x' }));
    expect(versionOf(route({ jwks: [path] }))).toBe(versionOf(route({ jwks: [jwkSet(first, second)] })));
  });

  it.each<[string, () => string]>([
    ['another key', () => jwkSet(keys()[0])],
    ['another kid', () => jwkSet({ ...keys()[0], kid: 'c' }, keys()[1])],
    ['an algorithm', () => jwkSet(keys()[0], { ...keys()[1], alg: 'RS256' })],
    ['a certificate', () => jwkSet({ ...keys()[0], x5c: [pki.leaf('ec').der.toString('base64')] }, keys()[1])],
  ])('changes with %s in a set', (_, changed) => {
    expect(versionOf(route({ jwks: [changed()] }))).not.toBe(versionOf(route({ jwks: [jwkSet(...keys())] })));
  });

  it('changes with anchors and pinned certificates beside the sets', () => {
    const versions = [{}, { anchors: [cast.anchor] }, { certificates: [cast.pinnedPem] }].map((trust) =>
      versionOf(route(trust)),
    );
    expect(new Set(versions).size).toBe(3);
  });

  it('changes when the file of a set does, and stands so in the record', async () => {
    const path = join(tempFolder(), 'set.json');
    writeFileSync(path, jwkSet(keys()[0]));
    const one = route({ jwks: [path] });
    const before = versionOf(one);
    writeFileSync(path, jwkSet(...keys()));
    await one.prepare(NOW + 3);
    await one.settled();
    const after = versionOf(one);
    expect(after).not.toBe(before);
    expect(versionOf(one)).toBe(after);
    expect(headersTo(await runAccess(one, request(byKid('a'))))).toContain(`"trust_version":"${after}"`);
  });
});
