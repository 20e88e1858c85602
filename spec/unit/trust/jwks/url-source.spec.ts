import type { ServerResponse } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { JwksUrlSource } from '../../../../plugins/core/trust/jwks/url-source';
import { httpsHost } from '../../../support/https-host';
import { jwkOf, jwkSet } from '../../../support/jwks';
import { recordNotices } from '../../../support/notices';
import { mockPki, PKI_NOW as NOW, type MockPki } from '../../../support/pki';

let pki: MockPki;
const notices = recordNotices();
beforeAll(async () => {
  pki = await mockPki();
});

const one = () => jwkSet(jwkOf(pki.leaf('ec').publicKey, 'one'));
const both = () => jwkSet(jwkOf(pki.leaf('rsa').publicKey, 'two'), jwkOf(pki.leaf('ec').publicKey, 'one'));

/** A server whose answer can be changed, and the source that asks it. */
async function scene(text = one(), config: { readonly ca?: readonly string[] | undefined } = { ca: [pki.anchorPem] }) {
  const state = { text, status: 200, type: 'application/json', asked: 0 };
  const url = await httpsHost((_request, response: ServerResponse) => {
    state.asked += 1;
    response.writeHead(state.status, { 'Content-Type': state.type }).end(state.text);
  });
  const rules = { sources: [], refresh: 600, maxStale: 3600, privateHosts: ['localhost'], extendedKeyUsage: null };
  const source = new JwksUrlSource(new URL(url), { ...rules, ca: config.ca });
  /** How many fetches there have been after a look at `now`. */
  const at = async (now: number): Promise<number> => {
    source.tend(now);
    await source.settled();
    return state.asked;
  };
  return { state, source, at, origin: `${url}/` };
}

describe('a set behind a URL', () => {
  it('is there after the first fetch, and told', async () => {
    const { source, at, origin } = await scene(both());
    expect([source.find('one'), source.keys, source.heldSince, source.problem, source.isUsable(NOW)]).toEqual([
      ...[undefined, [], undefined, undefined, false],
    ]);
    await at(NOW);
    expect(source.keys.map(({ kid }) => kid)).toEqual(['two', 'one']);
    expect([source.find('one')?.key.type, source.find('x'), source.heldSince]).toEqual(['EC', undefined, NOW]);
    expect(notices).toEqual([
      { level: 'info', message: 'a JWK Set is in use', fields: { source: origin, keys: 2, skipped: 0 } },
    ]);
  });

  it('is fetched again when that is due, and told only when it has changed', async () => {
    const { state, at } = await scene(both());
    expect([await at(NOW), await at(NOW + 599), await at(NOW + 600)]).toEqual([1, 1, 2]);
    const { keys } = JSON.parse(state.text) as { keys: object[] };
    state.text = JSON.stringify({ keys: keys.toReversed() });
    expect([await at(NOW + 1199), await at(NOW + 1200), notices.length]).toEqual([2, 3, 1]);
    state.text = one();
    await at(NOW + 1800);
    expect(notices.at(-1)?.fields).toMatchObject({ keys: 1 });
  });

  it('counts to its limit, the end included', async () => {
    const { source, at } = await scene();
    await at(NOW);
    expect([source.isUsable(NOW + 3600), source.isUsable(NOW + 3601)]).toEqual([true, false]);
  });

  it('that cannot be had is tried again after 5 s, then after twice as long each time, at most 300', async () => {
    const { state, source, at, origin } = await scene();
    state.status = 503;
    let now = NOW;
    for (const wait of [5, 10, 20, 40, 80, 160, 300, 300]) {
      const asked = await at(now);
      expect([wait, await at(now + wait - 1)]).toEqual([wait, asked]);
      now += wait;
    }
    expect(source.problem).toBe('could not be fetched: it answers 503');
    expect(notices).toEqual([
      {
        level: 'error',
        message: 'a JWK Set cannot be renewed; one in hand stays in use to its limit',
        fields: { source: origin, problem: 'could not be fetched: it answers 503' },
      },
    ]);
    state.status = 200;
    await at(now);
    expect([source.problem, source.heldSince]).toEqual([undefined, now]);
    state.status = 503;
    const asked = await at(now + 600);
    expect([await at(now + 604), await at(now + 605)]).toEqual([asked, asked + 1]);
  });

  it('tells each new problem, and keeps what it held', async () => {
    const { state, source, at } = await scene();
    await at(NOW);
    state.text = '{}';
    await at(NOW + 600);
    state.text = '{';
    await at(NOW + 605);
    state.type = 'text/html';
    await at(NOW + 615);
    const problems = notices.map(({ fields }) => fields?.['problem']);
    expect(problems.slice(0, 3)).toEqual([undefined, 'it is no JWK Set', 'it is no JSON']);
    expect(problems[3]).toContain('could not be fetched: ');
    expect([source.find('one')?.kid, source.heldSince]).toEqual(['one', NOW]);
  });

  it('is not larger than 1 MiB', async () => {
    const { source, at } = await scene(one().padEnd(1024 * 1024, ' '));
    await at(NOW);
    expect(source.problem).toBeUndefined();
    const larger = await scene(one().padEnd(1024 * 1024 + 1, ' '));
    await larger.at(NOW);
    expect(larger.source.problem).toContain('could not be fetched: ');
  });

  it('is fetched only from a server that a configured authority vouches for', async () => {
    const { source, at } = await scene(one(), { ca: undefined });
    await at(NOW);
    expect([source.problem?.slice(0, 22), source.find('one')]).toEqual(['could not be fetched: ', undefined]);
  });

  it('is asked for unknown kids every 30 s, and not while it is down', async () => {
    const { state, source } = await scene();
    const wanted = async (now: number): Promise<[boolean, number]> => {
      const waiting = source.wanted(now);
      await waiting;
      return [waiting !== undefined, state.asked];
    };
    expect(await wanted(NOW)).toEqual([true, 1]);
    expect(await wanted(NOW + 29)).toEqual([false, 1]);
    expect(await wanted(NOW + 30)).toEqual([true, 2]);
    // A clock that was set back must not stop the fetches.
    expect(await wanted(NOW - 1)).toEqual([true, 3]);
    state.status = 503;
    expect(await wanted(NOW + 1000)).toEqual([true, 4]);
    expect(await wanted(NOW + 1004)).toEqual([false, 4]);
    expect(await wanted(NOW + 1005)).toEqual([true, 5]);
    expect(await wanted(NOW + 1014)).toEqual([false, 5]);
  });

  it('is not asked for unknown kids between two tries while it is down, however long that takes', async () => {
    const { state, source, at } = await scene();
    state.status = 503;
    let now = NOW;
    for (const wait of [5, 10, 20]) {
      await at(now);
      now += wait;
    }
    expect([await at(now), source.wanted(now + 31), state.asked]).toEqual([4, undefined, 4]);
    await source.wanted(now + 40);
    expect(state.asked).toBe(5);
  });

  it('is fetched once for all who want it meanwhile', async () => {
    const { state, source } = await scene();
    const first = source.wanted(NOW);
    expect(source.wanted(NOW)).toBe(first);
    source.tend(NOW);
    await first;
    expect(state.asked).toBe(1);
  });
});
