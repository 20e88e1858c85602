import type { ServerResponse } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { GAUGES } from '../../../../plugins/core/gauges';
import { compileTrust, type TrustMaterial } from '../../../../plugins/core/trust';
import { thumbprintOf } from '../../../../plugins/core/trust/certificate';
import { x5uKeeperOf } from '../../../../plugins/core/trust/x5u';
import { FetchedChain, readX5u } from '../../../../plugins/core/trust/x5u/fetched-chain';
import { X5uKeeper } from '../../../../plugins/core/trust/x5u/x5u-keeper';
import { httpsHost } from '../../../support/https-host';
import { recordNotices } from '../../../support/notices';
import { mockPki, PKI_NOW as NOW, type MockPki } from '../../../support/pki';

let pki: MockPki;
let material: TrustMaterial;
const notices = recordNotices();
const TRUST = { certificates: null, maxChain: 6, extendedKeyUsage: null };
beforeAll(async () => {
  pki = await mockPki();
  material = compileTrust({ ...TRUST, anchors: [pki.anchorPem] }, NOW);
});

const chainOf = (kind: 'ec' | 'rsa' = 'ec'): string => pki.leaf(kind).pem + pki.intermediate.pem;
const config = (ca: readonly string[] | undefined = [pki.anchorPem]) => ({
  ...{ hosts: ['localhost'], refresh: 600, maxStale: 3600, privateHosts: ['localhost'], ca },
});

/** A server whose answer can be changed, and the keeper that asks it. */
async function scene(change: { readonly refresh?: number } = {}, max?: number) {
  const state = { text: chainOf(), status: 200, type: 'application/pem-certificate-chain', asked: 0 };
  let hold: Promise<void> | undefined;
  const url = await httpsHost((_request, response: ServerResponse) => {
    state.asked += 1;
    void Promise.resolve(hold).then(() =>
      response.writeHead(state.status, { 'Content-Type': state.type }).end(state.text),
    );
  });
  const keeper = new X5uKeeper({ ...config(), ...change }, max);
  const ask = (path: string, now: number, thumbprint?: string) => {
    const reference = { url: `${url}${path}`, x5c: undefined, thumbprint };
    return { reference, waiting: keeper.prepare(reference, now) };
  };
  /** Whether somebody had to wait, and how many fetches there have been. */
  const at = async (now: number, thumbprint?: string): Promise<[boolean, number]> => {
    const { waiting } = ask('/x', now, thumbprint);
    await waiting;
    await keeper.settled();
    return [waiting !== undefined, state.asked];
  };
  const signer = (now: number, given: object = {}) =>
    keeper.byUrl({ url: `${url}/x`, x5c: undefined, thumbprint: undefined, ...given }, material, now);
  return { state, keeper, url, ask, at, signer, hold: (until: Promise<void>) => void (hold = until) };
}

describe('a chain behind an x5u', () => {
  it('is waited for, judged as if the token had brought it, and remembered', async () => {
    const { at, signer, keeper } = await scene();
    expect(() => signer(NOW)).toThrowWithCode('MODI_X5U_DOWN');
    expect(await at(NOW)).toEqual([true, 1]);
    expect(signer(NOW).path).toHaveLength(3);
    expect(signer(NOW)).toBe(signer(NOW + 1));
    expect([await at(NOW + 1), keeper.size, keeper.failed]).toEqual([[false, 1], 1, 0]);
    expect(notices).toEqual([]);
  });

  it('is judged anew by other trust, and when the time is another', async () => {
    const { at, signer, keeper, url } = await scene();
    await at(NOW);
    const first = signer(NOW);
    const other = compileTrust({ ...TRUST, anchors: [pki.intermediate.pem] }, NOW);
    const reference = { url: `${url}/x`, x5c: undefined, thumbprint: undefined };
    expect(keeper.byUrl(reference, other, NOW).path).toHaveLength(2);
    expect(signer(NOW)).not.toBe(first);
  });

  it('is judged anew outside the dates of the signer, and only there', async () => {
    const { at, signer, state } = await scene();
    const date = (seconds: number) => new Date(seconds * 1000);
    const { pem } = await pki.issue({ notBefore: date(NOW - 100), notAfter: date(NOW + 100) });
    state.text = pem + pki.intermediate.pem;
    await at(NOW);
    const first = signer(NOW);
    expect([signer(NOW - 100), signer(NOW + 100)].map((one) => one === first)).toEqual([true, true]);
    expect(() => signer(NOW - 101)).toThrowWithCode('MODI_CERTIFICATE_NOT_YET_VALID');
    expect(() => signer(NOW + 101)).toThrowWithCode('MODI_CERTIFICATE_EXPIRED');
  });

  it('is renewed when that is due, without anybody waiting, and counts to its limit', async () => {
    const { at, signer, state } = await scene();
    await at(NOW);
    expect([await at(NOW + 599), await at(NOW + 600)]).toEqual([
      [false, 1],
      [false, 2],
    ]);
    state.status = 503;
    expect(await at(NOW + 1200)).toEqual([false, 3]);
    expect(signer(NOW + 4200).path).toHaveLength(3);
    expect(() => signer(NOW + 4201)).toThrowWithCode('MODI_X5U_DOWN');
    expect(await at(NOW + 4201)).toEqual([true, 4]);
  });

  it('of another signer than the token names is fetched anew, every 30 s', async () => {
    const { at, signer, state } = await scene();
    const rsa = thumbprintOf(pki.leaf('rsa').der);
    await at(NOW);
    expect(() => signer(NOW, { thumbprint: rsa })).toThrowWithCode('MODI_KEY_REFERENCE_CONFLICT');
    expect(signer(NOW, { thumbprint: thumbprintOf(pki.leaf('ec').der) }).path).toHaveLength(3);
    state.text = chainOf('rsa');
    expect(await at(NOW + 29, rsa)).toEqual([false, 1]);
    expect(await at(NOW + 30, rsa)).toEqual([true, 2]);
    expect(signer(NOW + 30, { thumbprint: rsa }).key.type).toBe('RSA');
    expect(signer(NOW + 30, { x5c: pki.leaf('rsa').chain }).key.type).toBe('RSA');
    expect(signer(NOW + 30, { x5c: [] }).key.type).toBe('RSA');
    expect(() => signer(NOW + 30, { x5c: pki.leaf('ec').chain })).toThrowWithCode('MODI_KEY_REFERENCE_CONFLICT');
  });

  it('that cannot be had is tried again after 5 s, then after twice as long each time, at most 300', async () => {
    const { at, state, keeper, url } = await scene();
    state.status = 503;
    let now = NOW;
    for (const wait of [5, 10, 20, 40, 80, 160, 300, 300]) {
      const [, asked] = await at(now);
      expect([wait, await at(now + wait - 1)]).toEqual([wait, [false, asked]]);
      now += wait;
    }
    expect([keeper.failed, keeper.size]).toEqual([8, 1]);
    const fields = { host: new URL(url).host, problem: 'it answers 503' };
    expect(notices).toEqual([{ level: 'warn', message: 'no certificates behind an x5u', fields }]);
    state.status = 200;
    expect((await at(now))[0]).toBe(true);
    state.status = 503;
    const [, asked] = await at(now + 600);
    expect([await at(now + 604), await at(now + 605)]).toEqual([
      [false, asked],
      [false, asked + 1],
    ]);
  });

  it('that cannot be had is not tried sooner because a token names its signer', async () => {
    const { at, state } = await scene();
    state.status = 503;
    const leaf = thumbprintOf(pki.leaf('ec').der);
    expect([await at(NOW, leaf), await at(NOW + 4, leaf), await at(NOW + 5, leaf)]).toEqual([
      ...[
        [true, 1],
        [false, 1],
        [true, 2],
      ],
    ]);
  });

  it('is refused for what it is: no content, or no answer', async () => {
    const { at, signer, state } = await scene();
    const reasonOf = (now: number): unknown => {
      try {
        return signer(now);
      } catch (error) {
        const { code, params } = error as { code: string; params: object };
        return { code, ...params };
      }
    };
    expect(reasonOf(NOW)).toEqual({ code: 'MODI_X5U_DOWN', reason: 'there is no answer yet' });
    state.text = 'x';
    await at(NOW);
    expect(reasonOf(NOW)).toMatchObject({
      code: 'MODI_X5U_CONTENT',
      reason: expect.stringMatching(/^it holds no PEM/) as string,
    });
    state.status = 404;
    await at(NOW + 5);
    expect(reasonOf(NOW + 5)).toEqual({ code: 'MODI_X5U_DOWN', reason: 'it answers 404' });
    state.status = 200;
    state.text = chainOf();
    await at(NOW + 15);
    expect(reasonOf(NOW + 15)).toMatchObject({ trustedBy: 'anchor' });
  });

  it('has at most 64 KiB, and 20 certificates', async () => {
    const { at, signer, state } = await scene();
    state.text = chainOf().padEnd(64 * 1024, '\n');
    await at(NOW);
    expect(signer(NOW).path).toHaveLength(3);
    const other = await scene();
    other.state.text = chainOf().padEnd(64 * 1024 + 1, '\n');
    await other.at(NOW);
    expect(() => other.signer(NOW)).toThrowWithCode('MODI_X5U_DOWN');
    const certificates = (count: number) => readX5u(Buffer.from(pki.root.pem.repeat(count)));
    expect(certificates(20)).toHaveLength(20);
    expect(() => certificates(21)).toThrow('it holds 21 certificates');
  });

  it.each([
    'application/pem-certificate-chain',
    'application/x-pem-file',
    'application/x-x509-ca-cert',
    'application/x-x509-user-cert',
    'application/octet-stream',
    'text/plain',
  ])('comes as %s', async (type) => {
    const { at, signer, state } = await scene();
    state.type = type;
    await at(NOW);
    expect(signer(NOW).path).toHaveLength(3);
  });

  it('does not come as something else, nor from a server that nobody vouches for', async () => {
    const { at, signer, state, url } = await scene();
    state.type = 'text/html';
    await at(NOW);
    expect(() => signer(NOW)).toThrowWithCode('MODI_X5U_DOWN');
    const strict = new X5uKeeper({ ...config(), ca: undefined });
    await strict.prepare({ url: `${url}/x`, x5c: undefined, thumbprint: undefined }, NOW);
    expect(() =>
      strict.byUrl({ url: `${url}/x`, x5c: undefined, thumbprint: undefined }, material, NOW),
    ).toThrowWithCode('MODI_X5U_DOWN');
  });
});

describe('fetches of strangers’ choosing', () => {
  it('are made 16 at a time, one for each address', async () => {
    const { ask, keeper, state, hold } = await scene();
    let open: () => void = () => undefined;
    hold(new Promise((resolve) => (open = resolve)));
    const waiting = Array.from({ length: 18 }, (_, index) => ask(`/${index}`, NOW).waiting);
    expect(waiting.map((one) => one !== undefined)).toEqual([...Array<boolean>(16).fill(true), false, false]);
    expect(ask('/0', NOW).waiting).toBeInstanceOf(Promise);
    open();
    await keeper.settled();
    expect([state.asked, keeper.size]).toEqual([16, 16]);
  });

  it('are at most 120 of new addresses in a minute', async () => {
    const { ask, keeper, state } = await scene({ refresh: 59 });
    for (let index = 0; index < 122; index += 1) {
      ask(`/${index}`, NOW + (index < 100 ? 0 : 59));
      await keeper.settled();
    }
    expect(state.asked).toBe(120);
    // What is in hand is renewed all the same.
    ask('/0', NOW + 59);
    await keeper.settled();
    expect(state.asked).toBe(121);
    ask('/121', NOW + 60);
    await keeper.settled();
    expect(state.asked).toBe(122);
  });
});

describe('a chain that was trusted once', () => {
  it('stays in hand, whatever strangers make up meanwhile', async () => {
    const { at, ask, signer, keeper, state } = await scene({}, 10);
    await at(NOW);
    const known = signer(NOW);
    state.status = 404;
    for (let index = 0; index < 30; index += 1) {
      ask(`/${index}`, NOW + index);
      await keeper.settled();
    }
    expect([state.asked, keeper.size]).toEqual([31, 11]);
    expect(signer(NOW + 30)).toBe(known);
  });

  it('keeps its one place when it is renewed', async () => {
    const { at, signer, keeper } = await scene();
    await at(NOW);
    signer(NOW);
    expect([await at(NOW + 601), keeper.size]).toEqual([[false, 2], 1]);
  });

  it('is fetched again when it has to be, though strangers have spent what there is for new addresses', async () => {
    const { at, ask, signer, keeper } = await scene();
    await at(NOW);
    signer(NOW);
    // Beyond maxStale nothing of it counts any more.
    const later = NOW + 5000;
    for (let index = 0; index < 130; index += 1) {
      ask(`/${index}`, later);
      await keeper.settled();
    }
    expect(() => signer(later)).toThrowWithCode('MODI_X5U_DOWN');
    await at(later);
    expect(signer(later).path).toHaveLength(3);
    // One that nobody has seen has to wait for its turn.
    expect(ask('/new', later).waiting).toBeUndefined();
  });

  it('and is fetched while strangers keep every other fetch busy', async () => {
    const { at, ask, signer, keeper, state, hold } = await scene();
    await at(NOW);
    signer(NOW);
    let open: () => void = () => undefined;
    hold(new Promise((resolve) => (open = resolve)));
    for (let index = 0; index < 20; index += 1) ask(`/${index}`, NOW + 5000);
    ask('/x', NOW + 5000);
    open();
    await keeper.settled();
    expect(state.asked).toBe(1 + 16 + 1);
    expect(signer(NOW + 5000).path).toHaveLength(3);
  });
});

describe('keepers', () => {
  it('are shared by one configuration, and counted', async () => {
    const gauge = (name: string) => GAUGES.find((one) => one.name === name);
    const size = gauge('modi_fetched_chains');
    const failed = gauge('modi_fetched_chain_failures');
    expect(size?.help).toBe('Addresses of x5u that are remembered, with their chain or their failure.');
    expect(failed?.help).toBe('Fetches for an x5u that brought no chain of certificates, since the start.');
    const [sizeBefore, failedBefore] = [size?.read() ?? NaN, failed?.read() ?? NaN];
    const shared = { ...config(), hosts: ['keeper.spec'] };
    const keeper = x5uKeeperOf(shared);
    expect(x5uKeeperOf({ ...shared })).toBe(keeper);
    expect(keeper.hosts).toEqual(new Set(['keeper.spec']));
    await keeper.prepare({ url: 'https://localhost:1/x', x5c: undefined, thumbprint: undefined }, NOW);
    await keeper.settled();
    keeper.look();
    expect([size?.read(), failed?.read()]).toEqual([sizeBefore + 1, failedBefore + 1]);
  });

  it('a chain is due from the start, and is nobody’s', () => {
    const chain = new FetchedChain(new URL('https://localhost/'), config(), {
      timeoutMs: 1,
      maxBytes: 1,
      types: [],
    } as never);
    expect([chain.isDue(0), chain.current(0), chain.isOf(''), chain.problem]).toEqual([
      true,
      undefined,
      true,
      undefined,
    ]);
    expect([chain.isOutdated(undefined, NOW, 0), chain.isOutdated('', NOW, 0), chain.isOutdated('x', NOW, 30)]).toEqual(
      [...[false, false, true]],
    );
  });
});
