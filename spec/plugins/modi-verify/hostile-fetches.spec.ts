import type { RequestListener, ServerResponse } from 'node:http';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { toPem } from '../../../plugins/core/pki';
import type { Route } from '../../../plugins/modi-verify/route';
import { makeCast, type Cast } from '../../support/corpus';
import { makeCrl } from '../../support/crl';
import { listening } from '../../support/http-server';
import { httpsHost } from '../../support/https-host';
import { mockPki, type MockPki } from '../../support/pki';
import { makeRequest, type TokenRecipe } from '../../support/requests';
import { NOW, problemOf, runAccess, verifyRoute } from '../../support/verify-route';

type Json = Record<string, unknown>;

let cast: Cast;
let pki: MockPki;
let rootList: string;
beforeAll(async () => {
  [cast, pki] = [await makeCast(), await mockPki()];
  rootList = toPem('X509 CRL', makeCrl({ authority: pki.root, thisUpdate: NOW - 60 }));
});
afterEach(() => {
  vi.useRealTimers();
});

/** Something that is fetched on the word of a configuration or of a token, and what refuses when it does not come. */
interface Fetcher {
  readonly serve: (answer: RequestListener) => Promise<string>;
  readonly trust: (url: string) => Json;
  readonly token: (url: string) => TokenRecipe;
  readonly code: string;
  readonly type: string;
  /** Questions that a first request causes: a responder is asked about each certificate of the path. */
  readonly questions: number;
}

const plain = async (answer: RequestListener): Promise<string> => `http://localhost:${await listening(answer)}/it`;
const secure = async (answer: RequestListener): Promise<string> => `${await httpsHost(answer)}/it`;

const FETCHERS: readonly (readonly [string, Fetcher])[] = [
  [
    'x5u',
    {
      serve: secure,
      trust: (url) => ({ anchors: [cast.anchor], x5u_hosts: [new URL(url).host], x5u_ca: [pki.anchorPem] }),
      token: (url) => ({ reference: 'none', header: { x5u: url } }),
      code: 'MODI_X5U_DOWN',
      type: 'application/pem-certificate-chain',
      questions: 1,
    },
  ],
  [
    'trust.crls',
    {
      serve: plain,
      trust: (url) => ({ anchors: [cast.anchor], crls: [rootList, url] }),
      token: () => ({}),
      code: 'MODI_REVOCATION_UNKNOWN',
      type: 'application/pkix-crl',
      questions: 1,
    },
  ],
  [
    'trust.ocsp',
    {
      serve: plain,
      trust: (url) => ({ anchors: [cast.anchor], certificates: [], ocsp: { responders: [url], timeout: 15_000 } }),
      token: () => ({}),
      code: 'MODI_REVOCATION_UNKNOWN',
      type: 'application/ocsp-response',
      questions: 2,
    },
  ],
  [
    'trust.jwks',
    {
      serve: secure,
      trust: (url) => ({ jwks: [url], jwks_ca: [pki.anchorPem] }),
      token: () => ({ reference: 'none', header: { kid: 'comune' } }),
      code: 'MODI_KEY_SOURCE_DOWN',
      type: 'application/jwk-set+json',
      questions: 1,
    },
  ],
];

interface Scene {
  readonly route: Route;
  readonly url: string;
  /** Paths that were asked for. */
  readonly asked: string[];
  readonly call: () => ReturnType<typeof runAccess>;
}

async function scene(fetcher: Fetcher, answer: (response: ServerResponse) => void, more: Json = {}): Promise<Scene> {
  const asked: string[] = [];
  const url = await fetcher.serve((request, response) => {
    asked.push(request.url ?? '');
    answer(response);
  });
  const trust = { private_hosts: ['localhost'], ...fetcher.trust(url), ...more };
  const route = verifyRoute(cast, { patterns: ['ID_AUTH_REST_01'], trust });
  const request = () => makeRequest({ now: NOW, party: cast.ec, idAuth: fetcher.token(url) });
  return { route, url, asked, call: () => runAccess(route, request()) };
}

function flood(response: ServerResponse, type: string): void {
  const chunk = Buffer.alloc(1024 * 1024);
  const pour = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.writeHead(200, { 'Content-Type': type }).on('drain', pour);
  pour();
}

const HOSTILE: readonly (readonly [string, (response: ServerResponse, type: string) => void])[] = [
  ['never stops', flood],
  [
    'announces too much',
    (response, type) => response.writeHead(200, { 'Content-Type': type, 'Content-Length': 2 ** 31 }).end(),
  ],
  ['redirects elsewhere', (response) => response.writeHead(302, { Location: '/good' }).end()],
  ['redirects inside', (response) => response.writeHead(307, { Location: 'http://169.254.169.254/' }).end()],
  ['answers with another type', (response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('<p>')],
  [
    'answers compressed',
    (response, type) => response.writeHead(200, { 'Content-Type': type, 'Content-Encoding': 'gzip' }).end('x'),
  ],
  ['has nothing', (response) => response.writeHead(404).end()],
  ['has a part of it', (response, type) => response.writeHead(206, { 'Content-Type': type }).end('x')],
  ['is broken', (response) => response.writeHead(500).end()],
  ['hangs up at once', (response) => response.destroy()],
  [
    'hangs up in the middle',
    (response, type) =>
      response.writeHead(200, { 'Content-Type': type, 'Content-Length': 900 }).write('x', () => response.destroy()),
  ],
  ['has headers without end', (response) => response.writeHead(200, { 'X-Long': 'x'.repeat(20_000) }).end()],
];

describe.each(FETCHERS)('a server of %s that', (_, fetcher) => {
  const refused = { status: 503, code: fetcher.code };

  it.each(HOSTILE)('%s: 503 with Retry-After, and no second question', async (_name, answer) => {
    const one = await scene(fetcher, (response) => {
      answer(response, fetcher.type);
    });
    const memory = await one.call();
    expect(problemOf(memory)).toMatchObject(refused);
    expect(memory.exited()?.headers).toMatchObject({ 'Retry-After': '5' });
    await one.route.settled();
    expect(one.asked).toHaveLength(fetcher.questions);
    // What failed is left alone for a while; whoever comes meanwhile is refused at once, and a redirect went nowhere.
    expect(problemOf(await one.call())).toMatchObject(refused);
    await one.route.settled();
    expect(one.asked).toHaveLength(fetcher.questions);
    expect(new Set(one.asked)).toEqual(new Set(['/it']));
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['says nothing', () => undefined],
    ['sends a byte and no more', (response) => response.writeHead(200, { 'Content-Type': fetcher.type }).write('x')],
  ])('%s: nobody waits longer than two seconds, and all that wait ask once', async (_name, answer) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let reached: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const one = await scene(fetcher, (response) => {
      answer(response);
      if (one.asked.length === fetcher.questions) reached();
    });
    const calls = [1, 2, 3].map(() => one.call());
    await asked;
    // Every phase has got as far as its wait, and every question to the server.
    await new Promise((resolve) => setImmediate(resolve));
    vi.advanceTimersByTime(2001);
    for (const memory of await Promise.all(calls)) expect(problemOf(memory)).toMatchObject(refused);
    expect(one.asked).toHaveLength(fetcher.questions);
    vi.advanceTimersByTime(60_000);
  });

  it('is inside and was not named is not asked', async () => {
    const one = await scene(fetcher, (response) => response.end(), { private_hosts: [] });
    expect(problemOf(await one.call())).toMatchObject(refused);
    expect(one.asked).toEqual([]);
  });
});
