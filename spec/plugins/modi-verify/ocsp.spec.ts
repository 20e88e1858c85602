import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeCast, type Cast } from '../../support/corpus';
import { makeCrl } from '../../support/crl';
import type { OcspRecipe } from '../../support/ocsp';
import { mockPki, type MockPki } from '../../support/pki';
import { makeRequest } from '../../support/requests';
import { NO_RESPONDER, responderOf } from '../../support/responder';
import { tempFolder } from '../../support/temp';
import { NOW, problemOf, runAccess, verifyRoute } from '../../support/verify-route';

let cast: Cast;
let pki: MockPki;
beforeAll(async () => {
  [cast, pki] = [await makeCast(), await mockPki()];
});

const request = () => makeRequest({ now: NOW, party: cast.ec });

const responder = (aboutCaller: Partial<OcspRecipe> = {}): Promise<string> =>
  responderOf(pki, NOW, pki.leaf('ec').serialNumber, aboutCaller);

const lists = (revoked: readonly string[] = []): readonly string[] => {
  const folder = tempFolder();
  return (['root', 'intermediate'] as const).map((authority) => {
    const path = join(folder, `${authority}.crl`);
    const names = authority === 'intermediate' ? revoked : [];
    writeFileSync(path, makeCrl({ authority: pki[authority], thisUpdate: NOW - 60, revoked: names }));
    return path;
  });
};

/** That of the caller's authority ended an hour ago. */
const ended = (): readonly string[] => {
  const [root = ''] = lists();
  const path = join(tempFolder(), 'ended.crl');
  const times = { thisUpdate: NOW - 90_000, nextUpdate: NOW - 3600 };
  writeFileSync(path, makeCrl({ authority: pki.intermediate, ...times, revoked: [] }));
  return [root, path];
};

const route = (ocsp: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  verifyRoute(cast, {
    patterns: ['ID_AUTH_REST_02'],
    trust: { anchors: [cast.anchor], private_hosts: ['localhost'], ocsp, ...more },
  });
const judged = async (ocsp: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  runAccess(route(ocsp, more), request());
const told = (memory: Awaited<ReturnType<typeof runAccess>>) => JSON.stringify(memory.calls);

describe('modi-verify with responders', () => {
  it('asks before the first request of a caller is judged, and writes down that it did', async () => {
    const memory = await judged({ responders: [await responder()] });
    expect(memory.exited()).toBeUndefined();
    expect(told(memory)).toContain('"revocation":"good"');
  });

  it('asks nobody for the second one, and waits for nothing', async () => {
    const one = route({ responders: [await responder()] });
    await runAccess(one, request());
    const { links } = one.policy.signers.byChain(cast.ec.chain, NOW);
    expect(one.policy.revocation?.ask?.(links, NOW)).toBeUndefined();
  });

  it('refuses a revoked caller with 401', async () => {
    const problem = problemOf(await judged({ responders: [await responder({ status: 'revoked' })] }));
    expect(problem).toMatchObject({ status: 401, code: 'MODI_CERTIFICATE_REVOKED', token: 'Authorization' });
  });

  it.each([{}, { policy: 'if_present' }])('refuses with 401 whom the responder does not know, %o', async (policy) => {
    const problem = problemOf(await judged({ ...policy, responders: [await responder({ status: 'unknown' })] }));
    expect(problem).toMatchObject({ status: 401, code: 'MODI_CERTIFICATE_STATUS_UNKNOWN' });
  });

  it('refuses with 503 and Retry-After when nobody answers, for that is the default', async () => {
    const memory = await judged({ responders: [NO_RESPONDER] });
    expect(problemOf(memory)).toMatchObject({ status: 503, code: 'MODI_REVOCATION_UNKNOWN' });
    expect(memory.exited()?.headers).toMatchObject({ 'Retry-After': '5' });
  });

  it('refuses with 503 an answer that somebody else signed', async () => {
    const forged = await responder({ key: pki.leaf('ec').privateKey });
    expect(problemOf(await judged({ responders: [forged] }))).toMatchObject({ code: 'MODI_REVOCATION_UNKNOWN' });
  });

  it('if_present lets it through when nobody answers, and writes that down', async () => {
    const memory = await judged({ responders: [NO_RESPONDER], policy: 'if_present' });
    expect(memory.exited()).toBeUndefined();
    expect(told(memory)).toContain('"revocation":"unchecked"');
  });

  it('asks nobody for a certificate that names no allowed host', async () => {
    const memory = await judged({ hosts: ['ocsp.example'] });
    expect(problemOf(memory)).toMatchObject({ code: 'MODI_REVOCATION_UNKNOWN' });
    expect(problemOf(memory)['detail']).toContain('no responder is configured for it');
  });

  it('off asks nobody', async () => {
    const memory = await judged({ responders: [NO_RESPONDER], policy: 'off' });
    expect(memory.exited()).toBeUndefined();
    expect(told(memory)).not.toContain('revocation');
  });
});

describe('responders and lists together', () => {
  it('a current list answers when no responder does', async () => {
    const memory = await judged({ responders: [NO_RESPONDER] }, { crls: lists() });
    expect(memory.exited()).toBeUndefined();
    expect(told(memory)).toContain('"revocation":"good"');
  });

  it('a list clears whom the responder does not know', async () => {
    const unknown = await responder({ status: 'unknown' });
    expect((await judged({ responders: [unknown] }, { crls: lists() })).exited()).toBeUndefined();
  });

  it('whoever says revoked is believed, the list as well as the responder', async () => {
    const { serialNumber } = pki.leaf('ec');
    const byList = await judged({ responders: [await responder()] }, { crls: lists([serialNumber]) });
    expect(problemOf(byList)).toMatchObject({ code: 'MODI_CERTIFICATE_REVOKED' });
    const byAnswer = await judged({ responders: [await responder({ status: 'revoked' })] }, { crls: lists() });
    expect(problemOf(byAnswer)).toMatchObject({ code: 'MODI_CERTIFICATE_REVOKED' });
  });

  it('without falling back, each must speak as its policy says', async () => {
    const apart = { fall_back_to_crl: false };
    const [onlyRoot = ''] = lists();
    const silent = await judged({ ...apart, responders: [NO_RESPONDER] }, { crls: lists() });
    expect(problemOf(silent)).toMatchObject({ code: 'MODI_REVOCATION_UNKNOWN' });
    const uncovered = await judged({ ...apart, responders: [await responder()] }, { crls: [onlyRoot] });
    expect(problemOf(uncovered)).toMatchObject({ code: 'MODI_REVOCATION_UNKNOWN' });
    const both = await judged({ ...apart, responders: [await responder()] }, { crls: lists() });
    expect(both.exited()).toBeUndefined();
    const soft = { crls: [onlyRoot], crl_policy: 'if_present' };
    expect(told(await judged({ ...apart, responders: [await responder()] }, soft))).toContain(
      '"revocation":"unchecked"',
    );
  });

  it.each<[what: string, crls: () => readonly string[], more: object, code: string | undefined]>([
    ['a list that lacks', () => lists().slice(0, 1), {}, 'MODI_REVOCATION_UNKNOWN'],
    ['a list that has ended', () => ended(), {}, 'MODI_REVOCATION_UNKNOWN'],
    ['a list that has ended, soft', () => ended(), { crl_policy: 'if_present' }, 'MODI_REVOCATION_UNKNOWN'],
    ['a list that lacks, soft', () => lists().slice(0, 1), { crl_policy: 'if_present' }, undefined],
    ['current lists', () => lists(), {}, undefined],
  ])(
    'behind a responder that need not answer and does not, lists are as hard as alone: %s',
    async (_, crls, more, code) => {
      const memory = await judged({ responders: [NO_RESPONDER], policy: 'if_present' }, { crls: crls(), ...more });
      if (code === undefined) expect(memory.exited()).toBeUndefined();
      else expect(problemOf(memory)).toMatchObject({ status: 503, code });
    },
  );

  it('falling back needs a list that covers', async () => {
    const [onlyRoot = ''] = lists();
    expect(problemOf(await judged({ responders: [NO_RESPONDER] }, { crls: [onlyRoot] }))).toMatchObject({
      code: 'MODI_REVOCATION_UNKNOWN',
    });
  });
});

describe('a configuration is refused:', () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    [
      'a policy without anybody to ask',
      { policy: 'required' },
      /trust\.ocsp\.policy: "required" needs responders or hosts/,
    ],
    ['an address that is none', { responders: ['ocsp.example'] }, /trust\.ocsp\.responders\[1\]/],
    ['credentials in an address', { responders: ['http://me:secret@ocsp.example/'] }, /trust\.ocsp\.responders\[1\]/],
    [
      'no such certificate',
      { hosts: ['x'], responder_certificates: ['none.pem'] },
      /trust\.ocsp\.responder_certificates\[1\]/,
    ],
  ])('%s', (_, ocsp, says) => {
    expect(() => route(ocsp)).toThrow(says);
  });
});
