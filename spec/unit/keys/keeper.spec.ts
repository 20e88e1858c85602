import { rename, unlink, writeFile } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KeyKeeper, keeperOf, secondsToExpiry, type KeySettings } from '../../../plugins/core/keys';
import { setNoticeSink, type Notice, type NoticeSink } from '../../../plugins/core/notices';
import { compileAnswerPolicy, verifyAnswer } from '../../../plugins/core/verify';
import { compileTrust } from '../../../plugins/core/trust';
import { mockPki, PKI_NOW, type MockPki, type MockSigner } from '../../support/pki';
import {
  CALLER,
  joseOf,
  keyFolder,
  pemOf,
  recordOf,
  runResponse,
  sentAnswer,
  signRoute,
} from '../../support/sign-route';

const DAY = 86_400;
let pki: MockPki;
let first: MockSigner;
let second: MockSigner;
const { path, done } = keyFolder();
beforeAll(async () => {
  pki = await mockPki();
  first = pki.leaf('ec');
  second = await pki.issue({ key: 'EC-P256', subject: 'CN=Nuovo, O=Comune' });
});
afterAll(done);

let notices: Notice[];
let previous: NoticeSink;
beforeEach(() => {
  notices = [];
  previous = setNoticeSink((notice) => notices.push(notice));
});
afterEach(() => {
  setNoticeSink(previous);
});

const keyPem = (signer: MockSigner): string => signer.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const settings = (change: Partial<KeySettings>): KeySettings => ({
  file: path('both.pem'),
  format: 'auto',
  password: null,
  password_file: null,
  kid: null,
  certificate: null,
  algorithm: null,
  reference: 'x5c',
  ...change,
});
const keeper = (change: Partial<KeySettings> = {}, now = PKI_NOW): KeyKeeper =>
  new KeyKeeper(settings(change), [30, 7, 1], now);
const inUse = (one: KeyKeeper): string => one.held.name.split(',')[0] ?? '';

describe('a changed key file', () => {
  it('is taken up at the next look, and not before one is due', async () => {
    path('both.pem', pemOf(first));
    const one = keeper();
    path('both.pem', pemOf(second));
    expect(one.current(PKI_NOW + 0.9)).toBe(one.held);
    await turn();
    expect(inUse(one)).toBe('CN=Comune di Prova');
    const before = one.held;
    // Whoever starts the look does not wait for it.
    expect(one.current(PKI_NOW + 1)).toBe(before);
    await one.look(PKI_NOW + 1);
    expect(inUse(one)).toBe('CN=Nuovo');
    expect(notices.map(({ message }) => message)).toEqual(['a new signing key is in use']);
  });

  it('is read by one look at a time, however many ask', async () => {
    path('both.pem', pemOf(first));
    const one = keeper();
    path('both.pem', pemOf(second));
    const looks = Array.from({ length: 50 }, () => one.look(PKI_NOW + 5));
    expect(new Set(looks).size).toBe(1);
    await Promise.all(looks);
    expect(notices).toHaveLength(1);
  });

  it('is found when it was replaced by a rename, and when the clock was set back', async () => {
    path('both.pem', pemOf(first));
    const one = keeper();
    await rename(path('next.pem', pemOf(second)), path('both.pem'));
    one.current(PKI_NOW - 1000);
    await one.look(PKI_NOW - 1000);
    expect(inUse(one)).toBe('CN=Nuovo');
  });

  it.each<[string, () => Promise<void>]>([
    ['is gone', () => unlink(path('both.pem'))],
    ['is half written', () => writeFile(path('both.pem'), pemOf(second).slice(0, 150))],
    ['is empty', () => writeFile(path('both.pem'), '')],
    ['holds another pair', () => writeFile(path('both.pem'), keyPem(second) + first.pem)],
    ['is a folder of nothing', () => writeFile(path('both.pem'), 'no key')],
  ])('that %s changes nothing, is told once, and mended', async (_, spoil) => {
    path('both.pem', pemOf(first));
    const one = keeper();
    await spoil();
    for (const later of [1, 2, 3]) await one.look(PKI_NOW + later);
    expect(inUse(one)).toBe('CN=Comune di Prova');
    expect(one.failing).toBeDefined();
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatchObject({ level: 'error' });
    expect(JSON.stringify(notices)).not.toContain('BEGIN');
    path('both.pem', pemOf(second));
    await one.look(PKI_NOW + 4);
    expect(inUse(one)).toBe('CN=Nuovo');
    expect(one.failing).toBeUndefined();
  });

  it('and a certificate file that change one after the other never make a mismatched pair', async () => {
    for (const order of [
      ['key', 'pem'],
      ['pem', 'key'],
    ] as const) {
      const file = path('one.key', keyPem(first));
      const certificate = path('one.pem', first.pem);
      const one = keeper({ file, certificate });
      for (const [index, part] of order.entries()) {
        path(`one.${part}`, part === 'key' ? keyPem(second) : second.pem);
        await one.look(PKI_NOW + 1 + index);
        const [certificateInUse] = one.held.certificates;
        expect(certificateInUse?.raw.equals(index === 0 ? first.der : second.der)).toBe(true);
        expect(one.failing === undefined).toBe(index === 1);
      }
    }
  });
});

describe('a rotation under load', () => {
  it('costs no answer, and every answer verifies', async () => {
    const file = path('load.key', keyPem(first));
    const certificate = path('load.pem', first.pem);
    const route = signRoute(first, { key: { file, certificate }, audience: 'client_id', request_digest: true });
    const trust = { anchors: [pki.intermediate.pem], certificates: null, maxChain: 6, extendedKeyUsage: null };
    const policy = compileAnswerPolicy({ audience: [CALLER] }, compileTrust(trust, PKI_NOW));
    const { digest_header: requestDigest } = JSON.parse(recordOf()) as { digest_header: string };
    const outcomes = new Map<string, number>();
    const signers = new Set<unknown>();
    let running = true;
    const caller = async (): Promise<void> => {
      while (running) {
        const memory = await runResponse(route, { record: recordOf() }, PKI_NOW);
        signers.add((joseOf(memory)['x5c'] as unknown[])[0]);
        const expectations = { requestDigest, requestDigestRequired: true };
        const { verdict, refusal } = await verifyAnswer(policy, sentAnswer(memory), expectations, PKI_NOW);
        const outcome = refusal?.code ?? verdict;
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        await turn();
      }
    };
    const callers = Array.from({ length: 40 }, caller);
    for (const next of [second, first, second]) {
      await writeFile(file, keyPem(next));
      await route.keeper.look(PKI_NOW);
      await writeFile(certificate, next.pem);
      await route.keeper.look(PKI_NOW);
      await turn();
    }
    running = false;
    await Promise.all(callers);
    expect([...outcomes.keys()]).toEqual(['signed']);
    expect(outcomes.get('signed')).toBeGreaterThan(100);
    expect(signers).toEqual(new Set([first, second].map(({ der }) => der.toString('base64'))));
  });
});

describe('the end of a certificate', () => {
  it('is told 30, 7 and 1 days ahead, once each', async () => {
    path('both.pem', pemOf(first));
    const one = keeper();
    const { notAfter } = one.held;
    const told = async (days: number): Promise<number> => {
      notices.length = 0;
      await one.look(notAfter - days * DAY);
      await one.look(notAfter - days * DAY + 60);
      return notices.length;
    };
    expect([
      await told(31),
      await told(30),
      await told(29),
      await told(7),
      await told(1),
      await told(0.5),
      await told(-1),
    ]).toEqual([0, 1, 0, 1, 1, 0, 0]);
  });

  it('is told at the start when it is near, with the nearest threshold only', () => {
    path('both.pem', pemOf(first));
    const { notAfter } = keeper().held;
    keeper({}, notAfter - 5 * DAY);
    expect(notices).toEqual([
      expect.objectContaining({ level: 'warn', fields: expect.objectContaining({ days_left: 5 }) as unknown }),
    ]);
  });

  it('is a gauge', () => {
    path('both.pem', pemOf(first));
    const one = keeperOf(settings({ kid: 'gauge' }), [30], PKI_NOW);
    expect(secondsToExpiry(one.held.notAfter - 100)).toBeLessThanOrEqual(100);
  });
});

describe('the keeper of a configuration', () => {
  it('is one for all instances, and none for a key that is not good any more', () => {
    path('both.pem', pemOf(first));
    const one = keeperOf(settings({}), [30], PKI_NOW);
    expect(keeperOf(settings({}), [30], PKI_NOW + 5)).toBe(one);
    expect(keeperOf(settings({ reference: 'x5t#S256' }), [30], PKI_NOW)).not.toBe(one);
    expect(() => keeperOf(settings({}), [30], one.held.notAfter + 1)).toThrow('expired');
  });
});
