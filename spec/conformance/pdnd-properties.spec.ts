import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fakeKeys, IDS, makePdndRequest, PDND_CONFIGS, pdndCast, pdndRoute, type PdndParty } from '../support/pdnd';
import { AUDIENCE, type TestRequest } from '../support/requests';
import { NOW, problemOf, runAccess } from '../support/verify-route';

const cast = pdndCast();
const keys = fakeKeys(cast);
const all = pdndRoute(PDND_CONFIGS['p-all'], keys);
const dpop = pdndRoute(PDND_CONFIGS['p-dpop'], keys);

const everything = () => makePdndRequest({ now: NOW, cast, path: '/p-all', dpop: true, audit: true, integrity: true });

/** The code of the refusal, or `accepted`. */
async function verdict(request: TestRequest, route = all, path = '/p-all'): Promise<unknown> {
  const memory = await runAccess(route, { ...request, pathWithQuery: `${path}?query=1`, method: 'POST' });
  if (problemOf(memory)['code'] === undefined) return 'accepted';
  // Nothing of a refused request is believed, by nobody.
  expect(memory.shared.size).toBe(0);
  return problemOf(memory)['code'];
}

const CARRIERS = ['authorization', 'dpop', 'agid-jwt-trackingevidence', 'agid-jwt-signature'] as const;

/** One character changed, removed or added at a place of a text, which is counted from the end of a scheme word. */
const bend = fc.record({
  place: fc.nat(),
  how: fc.constantFrom('changed', 'removed', 'added'),
  character: fc.oneof(fc.stringMatching(/^[A-Za-z0-9._-]$/), fc.stringMatching(/^[=+/,;"\\%]$/)),
});

function bent(value: string, { place, how, character }: { place: number; how: string; character: string }): string {
  const start = value.indexOf(' ') + 1;
  const token = value.slice(start);
  const at = place % (token.length + (how === 'added' ? 1 : 0));
  const put = how === 'removed' ? '' : character;
  return value.slice(0, start) + token.slice(0, at) + put + token.slice(how === 'added' ? at : at + 1);
}

describe('one character', () => {
  it('unbent, the request is accepted', async () => {
    expect(await verdict(everything())).toBe('accepted');
  });

  it.each(CARRIERS)('of %s, changed, removed or added anywhere, and the request is refused', async (name) => {
    const request = everything();
    const good = String(request.headers[name]);
    const check = async (value: string): Promise<void> => {
      fc.pre(value !== good);
      expect(await verdict({ ...request, headers: { ...request.headers, [name]: value } })).not.toBe('accepted');
    };
    await fc.assert(
      fc.asyncProperty(bend, (how) => check(bent(good, how))),
      { numRuns: 150 },
    );
    // Base64url has spellings of the same bytes: they differ in the last character of each part.
    const last = [...good.matchAll(/\.|$/g)].map(({ index }) => index - 1);
    for (const at of last) {
      for (const character of 'ABCDEFGHQRSTUVWXgwxyz0189-_') {
        const value = good.slice(0, at) + character + good.slice(at + 1);
        if (value !== good) await check(value);
      }
    }
    // It was the character: a request of which so much was refused has used up nothing.
    expect(await verdict(request)).toBe('accepted');
  });
});

interface Who {
  readonly id: string;
  readonly party: PdndParty;
}
const CLIENTS: readonly Who[] = [
  { id: IDS.client, party: cast.client },
  { id: IDS.otherClient, party: cast.otherClient },
];
const PURPOSES = [IDS.purpose, '55555555-0000-4000-8000-000000000002'] as const;

/** For whom a token was made, and for what. */
const tie = fc.record({ who: fc.constantFrom(...CLIENTS), purpose: fc.constantFrom(...PURPOSES) });

describe('tokens of different clients and purposes', () => {
  it('never mix: the request is accepted when all three are of one client and one purpose, and only then', async () => {
    await fc.assert(
      fc.asyncProperty(tie, tie, tie, async (voucher, evidence, signature) => {
        const request = makePdndRequest({
          ...{ now: NOW, cast, path: '/p-all', dpop: true, audit: true, integrity: true },
          voucher: { claims: { sub: voucher.who.id, client_id: voucher.who.id, purposeId: voucher.purpose } },
          evidenceParty: evidence.who.party,
          evidence: { claims: { iss: evidence.who.id, purposeId: evidence.purpose } },
          signatureParty: signature.who.party,
          signature: { claims: { iss: signature.who.id, sub: signature.who.id, purposeId: signature.purpose } },
        });
        const ties = [voucher, evidence, signature];
        const sameClient = ties.every(({ who }) => who === voucher.who);
        const samePurpose = ties.every(({ purpose }) => purpose === voucher.purpose);
        const found = await verdict(request);
        if (sameClient && samePurpose) expect(found).toBe('accepted');
        else if (sameClient) expect(found).toBe('MODI_PURPOSE_MISMATCH');
        else expect(['MODI_KEY_OWNER_MISMATCH', 'MODI_PURPOSE_MISMATCH']).toContain(found);
      }),
      { numRuns: 100 },
    );
  });

  it('never mix between two requests of one client either: each token belongs to the others it came with', async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray([...CARRIERS], { minLength: 1, maxLength: 3 }), async (taken) => {
        const [one, other] = [everything(), everything()];
        const swapped = Object.fromEntries(taken.map((name) => [name, other.headers[name] ?? '']));
        const found = await verdict({ ...one, headers: { ...one.headers, ...swapped } });
        // The integrity token is tied to the body, which is the same, and the rest to the voucher.
        const loose = taken.filter((name) => name !== 'agid-jwt-signature').length;
        if (loose === 0 || loose === 3) expect(found).toBe('accepted');
        else expect(['MODI_DPOP_TOKEN_HASH', 'MODI_AUDIT_DIGEST_MISMATCH']).toContain(found);
      }),
      { numRuns: 40 },
    );
  });
});

const UNRESERVED = /^[A-Za-z0-9._~-]{1,8}$/;
const segments = fc.array(
  fc.stringMatching(UNRESERVED).filter((text) => !/^\.{1,2}$/.test(text)),
  { minLength: 1, maxLength: 3 },
);

const proofFor = (path: string, htu: string) =>
  makePdndRequest({ now: NOW, cast, path, dpop: true, proof: { claims: { htu } } });

describe('htu', () => {
  it('in any spelling of the same URI is accepted', async () => {
    const spelling = fc.record({
      scheme: fc.constantFrom('https', 'HTTPS', 'Https'),
      host: fc.constantFrom('api.ente.example', 'API.ente.Example'),
      port: fc.constantFrom('', ':443'),
      dots: fc.constantFrom('', '/.', '/x/..'),
      encoded: fc.boolean(),
      tail: fc.constantFrom('', '?a=b', '#c', '?a=b#c'),
    });
    await fc.assert(
      fc.asyncProperty(segments, spelling, async (parts, { scheme, host, port, dots, encoded, tail }) => {
        const path = `/${parts.join('/')}`;
        const code = (letter: string): string => `%${letter.charCodeAt(0).toString(16)}`;
        const spelled = encoded ? path.replaceAll(/[A-Za-z]/g, code) : path;
        const htu = `${scheme}://${host}${port}${dots}${spelled}${tail}`;
        expect(await verdict(proofFor(path, htu), dpop, path)).toBe('accepted');
      }),
      { numRuns: 60 },
    );
  });

  it('of any other scheme, host, port or path is refused', async () => {
    const change = fc.constantFrom<(path: string) => string>(
      (path) => `http://api.ente.example${path}`,
      (path) => `https://api.ente.example:8443${path}`,
      (path) => `https://api.ente.example.${path}`,
      (path) => `https://other.example${path}`,
      (path) => `https://api.ente.example@other.example${path}`,
      (path) => `https://api.ente.example${path}/`,
      (path) => `https://api.ente.example/${path}`,
      (path) => `https://api.ente.example${path}x`,
      (path) => `https://api.ente.example${path.replaceAll('/', '%2F')}`,
      (path) => `https://api.ente.example${path}%00`,
      (path) => ` https://api.ente.example${path}`,
      (path) => `https://api.ente.example\t${path}`,
      (path) => path,
      () => AUDIENCE,
    );
    await fc.assert(
      fc.asyncProperty(segments, change, async (parts, other) => {
        const path = `/${parts.join('/')}`;
        expect(await verdict(proofFor(path, other(path)), dpop, path)).toBe('MODI_DPOP_URI');
      }),
      { numRuns: 80 },
    );
  });
});
