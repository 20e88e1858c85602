import type { ServerResponse } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeCast, type Cast } from '../../support/corpus';
import { httpsHost } from '../../support/https-host';
import { mockPki, type MockPki } from '../../support/pki';
import { makeRequest, type TokenRecipe } from '../../support/requests';
import { NOW, problemOf, runAccess, verifyRoute } from '../../support/verify-route';
import { openssl } from '../../support/openssl';
import { tempFolder } from '../../support/temp';
import { join } from 'node:path';
import { readFileSync, writeFileSync } from 'node:fs';

let cast: Cast;
let pki: MockPki;
let chain: string;
beforeAll(async () => {
  [cast, pki] = [await makeCast(), await mockPki()];
  chain = pki.leaf('ec').pem + pki.intermediate.pem;
});

const pem = (response: ServerResponse, text: string) =>
  response.writeHead(200, { 'Content-Type': 'application/pem-certificate-chain' }).end(text);
const hostOf = (url: string): string => new URL(url).host;

interface Scene {
  readonly url: string;
  readonly asked: () => number;
}

async function serving(answer: (response: ServerResponse) => unknown): Promise<Scene> {
  let count = 0;
  const url = await httpsHost((_request, response) => {
    count += 1;
    void answer(response);
  });
  return { url: `${url}/caller.pem`, asked: () => count };
}

const route = (url: string, trust: Record<string, unknown> = {}) =>
  verifyRoute(cast, {
    patterns: ['ID_AUTH_REST_02'],
    trust: {
      anchors: [cast.anchor],
      x5u_hosts: [hostOf(url)],
      x5u_ca: [pki.anchorPem],
      private_hosts: ['localhost'],
      ...trust,
    },
  });
const request = (x5u: unknown, more: TokenRecipe = {}, party = cast.ec, now = NOW) =>
  makeRequest({ now, party, idAuth: { reference: 'none', ...more, header: { x5u, ...more.header } } });
const judged = async (url: string, trust: Record<string, unknown> = {}, more: TokenRecipe = {}) =>
  runAccess(route(url, trust), request(url, more));

describe('a token that names its certificates by x5u', () => {
  it('is accepted as if it had brought them', async () => {
    const { url } = await serving((response) => pem(response, chain));
    const memory = await judged(url);
    expect(memory.exited()).toBeUndefined();
    expect(JSON.stringify(memory.calls)).toContain('"x-modi-client":"CF:IT-80012000000"');
  });

  it('has them fetched once, for all that come meanwhile and after', async () => {
    const { url, asked } = await serving((response) => pem(response, chain));
    const one = route(url);
    const all = await Promise.all([1, 2, 3].map(async () => runAccess(one, request(url))));
    expect(all.map((memory) => memory.exited())).toEqual([undefined, undefined, undefined]);
    await runAccess(one, request(url));
    expect(asked()).toBe(1);
  });

  it('may name x5c or x5t#S256 beside it, if they agree', async () => {
    const { url } = await serving((response) => pem(response, chain));
    for (const reference of ['x5c', 'x5t#S256', 'both'] as const) {
      expect((await judged(url, {}, { reference })).exited()).toBeUndefined();
    }
  });

  it.each(['x5c', 'x5t#S256'] as const)('is refused when %s denotes another certificate', async (reference) => {
    const { url } = await serving((response) => pem(response, pki.leaf('rsa').pem + pki.intermediate.pem));
    expect(problemOf(await judged(url, {}, { reference }))).toMatchObject({
      status: 401,
      code: 'MODI_KEY_REFERENCE_CONFLICT',
    });
  });

  it('is refused when nobody trusted vouches for what is there, or it is not who signed', async () => {
    const stranger = cast.refused[0]?.party;
    const { url } = await serving((response) => pem(response, stranger === undefined ? '' : toPem(stranger.chain[0])));
    expect(problemOf(await judged(url))).toMatchObject({ code: 'MODI_CERTIFICATE_UNTRUSTED', status: 401 });
    const other = await serving((response) => pem(response, pki.leaf('rsa').pem + pki.intermediate.pem));
    expect(problemOf(await judged(other.url))).toMatchObject({ code: 'MODI_ALG_KEY_MISMATCH' });
  });

  it('finds a pinned certificate there, too', async () => {
    const { url } = await serving((response) => pem(response, cast.pinnedPem));
    const trust = { anchors: [], certificates: [cast.pinnedPem] };
    const memory = await runAccess(route(url, trust), request(url, {}, cast.pinned));
    expect(memory.exited()).toBeUndefined();
  });
});

const toPem = (der: Buffer | undefined): string =>
  `-----BEGIN CERTIFICATE-----\n${(der ?? Buffer.alloc(0)).toString('base64')}\n-----END CERTIFICATE-----\n`;

describe('x5u is not followed', () => {
  it.each<[string, unknown, string]>([
    ['without TLS', 'http://localhost/x', 'MODI_X5U_MALFORMED'],
    ['with credentials', 'https://me:secret@localhost/x', 'MODI_X5U_MALFORMED'],
    ['with a fragment', 'https://localhost/x#y', 'MODI_X5U_MALFORMED'],
    ['that is no URL', 'caller.pem', 'MODI_X5U_MALFORMED'],
    ['that is no text', ['https://localhost/x'], 'MODI_X5U_MALFORMED'],
    ['without end', `https://localhost/${'x'.repeat(2048)}`, 'MODI_X5U_MALFORMED'],
    ['to another host', 'https://other.example/x', 'MODI_X5U_HOST'],
    ['to another port', 'https://localhost:1/x', 'MODI_X5U_HOST'],
    ['to a host that begins alike', 'https://localhost.evil.example/x', 'MODI_X5U_HOST'],
    ['to an address', 'https://127.0.0.1/x', 'MODI_X5U_HOST'],
  ])('%s', async (_, x5u, code) => {
    const { url, asked } = await serving((response) => pem(response, chain));
    expect(problemOf(await runAccess(route(url), request(x5u)))).toMatchObject({ code, status: 401 });
    expect(asked()).toBe(0);
  });

  it('where no hosts are configured: alone it proves nothing, beside x5c it is not looked at', async () => {
    const without = verifyRoute(cast, { patterns: ['ID_AUTH_REST_02'] });
    const alone = await runAccess(without, request('https://localhost/x'));
    expect(problemOf(alone)).toMatchObject({ code: 'MODI_KEY_REFERENCE' });
    const beside = await runAccess(without, request('https://localhost/x', { reference: 'x5c' }));
    expect(beside.exited()).toBeUndefined();
  });

  it('to an address inside, whatever the host is called', async () => {
    const { url, asked } = await serving((response) => pem(response, chain));
    const problem = problemOf(await judged(url, { private_hosts: [] }));
    expect(problem).toMatchObject({ code: 'MODI_X5U_DOWN', status: 503 });
    expect(problem['detail']).toContain('not public');
    expect(asked()).toBe(0);
  });

  it('to a server that another authority vouches for', async () => {
    const { url, asked } = await serving((response) => pem(response, chain));
    expect(problemOf(await judged(url, { x5u_ca: [cast.pinnedPem] }))).toMatchObject({ code: 'MODI_X5U_DOWN' });
    expect(asked()).toBe(0);
  });
});

describe('a server is hostile:', () => {
  const type = { 'Content-Type': 'application/pem-certificate-chain' };
  it.each<[string, (response: ServerResponse) => unknown, string, string]>([
    [
      'it redirects',
      (response) => response.writeHead(302, { Location: 'https://localhost/' }).end(),
      'MODI_X5U_DOWN',
      'redirects',
    ],
    ['it has nothing', (response) => response.writeHead(404).end(), 'MODI_X5U_DOWN', 'answers 404'],
    [
      'another type',
      (response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end(chain),
      'MODI_X5U_DOWN',
      'media type',
    ],
    [
      'it never stops',
      (response) => response.writeHead(200, type).end('x'.repeat(65_537)),
      'MODI_X5U_DOWN',
      'larger than 65536',
    ],
    ['it hangs up', (response) => response.destroy(), 'MODI_X5U_DOWN', 'cannot be reached'],
    ['no certificates', (response) => pem(response, '<html>'), 'MODI_X5U_CONTENT', 'no PEM certificate'],
    [
      'DER',
      (response) => response.writeHead(200, type).end(pki.leaf('ec').der),
      'MODI_X5U_CONTENT',
      'no PEM certificate',
    ],
    [
      'a private key',
      (response) => pem(response, chain + String(pki.root.privateKey.export({ format: 'pem', type: 'pkcs8' }))),
      'MODI_X5U_CONTENT',
      'private key',
    ],
    ['half a chain', (response) => pem(response, chain.slice(0, -20)), 'MODI_X5U_CONTENT', 'cut off'],
    ['a chain without end', (response) => pem(response, pki.leaf('ec').pem.repeat(21)), 'MODI_X5U_CONTENT', 'holds 21'],
    ['more than max_chain', (response) => pem(response, pki.leaf('ec').pem.repeat(7)), 'MODI_X5C_TOO_MANY', '7'],
    [
      'bytes for a certificate',
      (response) => pem(response, toPem(Buffer.from('x'))),
      'MODI_X5C_MALFORMED',
      'certificate 1',
    ],
  ])('%s', async (_, answer, code, says) => {
    const { url } = await serving(answer);
    const memory = await judged(url);
    expect(problemOf(memory)).toMatchObject({ code, status: code === 'MODI_X5U_DOWN' ? 503 : 401 });
    expect(problemOf(memory)['detail']).toContain(says);
    if (code === 'MODI_X5U_DOWN') expect(memory.exited()?.headers).toMatchObject({ 'Retry-After': '5' });
  });

  it('a PKCS#12 container is not even opened', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'in.pem'), chain);
    const out = join(folder, 'out.p12');
    openssl(['pkcs12', '-export', '-nokeys', '-in', join(folder, 'in.pem'), '-out', out, '-passout', 'pass:']);
    const { url } = await serving((response) => response.writeHead(200).end(readFileSync(out)));
    expect(problemOf(await judged(url))).toMatchObject({ code: 'MODI_X5U_CONTENT' });
  });

  it('that failed is left alone for a while, and nobody waits; then it is asked again', async () => {
    let isUp = false;
    const { url, asked } = await serving((response) => (isUp ? pem(response, chain) : response.writeHead(500).end()));
    const one = route(url);
    for (let count = 0; count < 20; count += 1) await runAccess(one, request(url));
    expect(asked()).toBe(1);
    isUp = true;
    const later = await runAccess(one, request(url, {}, cast.ec, NOW + 5), NOW + 5);
    expect(later.exited()).toBeUndefined();
    expect(asked()).toBe(2);
  });

  it('strangers who name ever other paths make few fetches', async () => {
    const { url, asked } = await serving((response) => response.writeHead(404).end());
    const one = route(url);
    for (let count = 0; count < 150; count += 1) {
      const memory = await runAccess(one, request(`${url}?${count}`));
      expect(problemOf(memory)).toMatchObject({ code: 'MODI_X5U_DOWN' });
    }
    expect(asked()).toBe(120);
  });
});

describe('a chain that was fetched', () => {
  it('counts while the server is down, to its limit', async () => {
    let isUp = true;
    const { url } = await serving((response) => (isUp ? pem(response, chain) : response.writeHead(500).end()));
    const one = route(url, { x5u_refresh: 60, x5u_max_stale: 600 });
    const at = async (now: number) => {
      const memory = await runAccess(one, request(url, {}, cast.ec, now), now);
      await one.settled();
      return problemOf(memory)['code'];
    };
    expect(await at(NOW)).toBeUndefined();
    isUp = false;
    expect(await at(NOW + 60)).toBeUndefined();
    expect(await at(NOW + 600)).toBeUndefined();
    expect(await at(NOW + 601)).toBe('MODI_X5U_DOWN');
  });

  it('is replaced in the background: a caller may renew its certificate behind the same URL', async () => {
    let text = chain;
    const { url } = await serving((response) => pem(response, text));
    const one = route(url);
    await runAccess(one, request(url));
    text = pki.leaf('rsa').pem + pki.intermediate.pem;
    const renewed = (more: TokenRecipe, now: number) => runAccess(one, request(url, more, cast.rsa, now), now);
    // With the thumbprint the gateway knows that what it holds is outdated.
    expect((await renewed({ reference: 'x5t#S256' }, NOW + 30)).exited()).toBeUndefined();
    text = chain;
    await renewed({}, NOW + 330);
    await one.settled();
    expect((await runAccess(one, request(url, {}, cast.ec, NOW + 331), NOW + 331)).exited()).toBeUndefined();
  });
});

describe('a configuration is refused:', () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['a host that is none', { x5u_hosts: ['a:b:c'] }, /trust\.x5u_hosts\[1\]/],
    ['a limit below the refresh', { x5u_max_stale: 60 }, /trust\.x5u_max_stale/],
    ['no such authority', { x5u_ca: ['none.pem'] }, /trust\.x5u_ca\[1\]/],
  ])('%s', (_, trust, says) => {
    expect(() => route('https://localhost/', trust)).toThrow(says);
  });
});
