import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../../plugins/core/schema';
import { makeCast, type Cast } from '../../support/corpus';
import { makeCrl } from '../../support/crl';
import type { OcspRecipe } from '../../support/ocsp';
import { mockPki, type MockPki, type MockSigner } from '../../support/pki';
import { makeRequest } from '../../support/requests';
import { NO_RESPONDER, responderOf } from '../../support/responder';
import { tempFolder } from '../../support/temp';
import { NOW, problemOf, runAccess, verifyRoute } from '../../support/verify-route';

type Json = Record<string, unknown>;

let cast: Cast;
let pki: MockPki;
let holder: MockSigner;
beforeAll(async () => {
  [cast, pki] = await Promise.all([makeCast(), mockPki()]);
  holder = await pki.issue({
    subject: 'CN=gw.comune.example, O=Comune, 2.5.4.97=CF:IT-80012000000',
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.2'],
  });
});

const responder = (aboutHolder: Partial<OcspRecipe> = {}): Promise<string> =>
  responderOf(pki, NOW, holder.serialNumber, aboutHolder);

function list(revoked: readonly string[] = []): string {
  const path = join(tempFolder(), 'channel.crl');
  writeFileSync(path, makeCrl({ authority: pki.intermediate, thisUpdate: NOW - 60, revoked }));
  return path;
}

const routeWith = (channel: Json, patterns = ['ID_AUTH_REST_02', 'ID_AUTH_CHANNEL_02']) =>
  verifyRoute(cast, {
    patterns,
    disclosure: 'full',
    channel: { anchors: [pki.intermediate.pem], private_hosts: ['localhost'], ...channel },
  });

const call = (route: ReturnType<typeof routeWith>) =>
  runAccess(route, {
    ...makeRequest({ now: NOW, party: cast.ec }),
    vars: { kong_request_id: 'r', ssl_client_verify: 'SUCCESS', ssl_client_raw_cert: holder.pem },
  });

/** What the decision record says of the channel, or the problem. */
async function outcome(channel: Json): Promise<Json> {
  const memory = await call(routeWith(channel));
  if (memory.exited() !== undefined) return problemOf(memory);
  const record = JSON.parse(memory.shared.get('modi') as string) as { channel: Json };
  return record.channel;
}

describe('the channel with responders', () => {
  it('has them asked before the first request is judged, and writes down what they said', async () => {
    expect(await outcome({ ocsp: { responders: [await responder()] } })).toMatchObject({ revocation: 'good' });
  });

  it('asks nobody for the second one, and waits for nothing', async () => {
    let asked = 0;
    const url = await responderOf(pki, NOW, holder.serialNumber, {
      get status() {
        asked += 1;
        return 'good' as const;
      },
    });
    const route = routeWith({ ocsp: { responders: [url] } });
    for (let request = 0; request < 3; request += 1) expect((await call(route)).exited()).toBeUndefined();
    expect(asked).toBe(1);
  });

  it.each([
    ['revoked', 'MODI_CERTIFICATE_REVOKED'],
    ['unknown', 'MODI_CERTIFICATE_STATUS_UNKNOWN'],
  ] as const)('refuses with 401 whom they call %s, also where the policy is soft', async (status, reason) => {
    const responders = [await responder({ status })];
    for (const policy of ['required', 'if_present']) {
      const problem = await outcome({ ocsp: { responders, policy } });
      expect(problem).toMatchObject({ status: 401, code: 'MODI_CHANNEL_CERTIFICATE_REFUSED' });
      expect(problem['detail']).toContain(reason);
    }
  });

  it('refuses with 503 and Retry-After when nobody answers, for that is the default', async () => {
    const memory = await call(routeWith({ ocsp: { responders: [NO_RESPONDER] } }));
    expect(problemOf(memory)).toMatchObject({ status: 503, code: 'MODI_REVOCATION_UNKNOWN' });
    expect(memory.exited()?.headers).toMatchObject({ 'Retry-After': '5' });
  });

  it('refuses with 503 an answer that somebody else signed, and one without our nonce', async () => {
    const forged = await responder({ key: holder.privateKey });
    expect(await outcome({ ocsp: { responders: [forged] } })).toMatchObject({ code: 'MODI_REVOCATION_UNKNOWN' });
    const without = await responder({ nonce: undefined });
    const asksNonce = { responders: [without], nonce: true };
    expect(await outcome({ ocsp: asksNonce })).toMatchObject({ code: 'MODI_REVOCATION_UNKNOWN' });
  });

  it('does not ask at an address inside that was not named', async () => {
    const responders = [await responder()];
    expect(await outcome({ ocsp: { responders }, private_hosts: undefined })).toMatchObject({
      code: 'MODI_REVOCATION_UNKNOWN',
    });
  });

  it('if_present lets it through when nobody answers, and writes that down', async () => {
    const soft = { responders: [NO_RESPONDER], policy: 'if_present' };
    expect(await outcome({ ocsp: soft })).toMatchObject({ revocation: 'unchecked' });
  });

  it('is not asked about where nothing is configured, or off', async () => {
    expect(await outcome({})).not.toHaveProperty('revocation');
    const off = { responders: [NO_RESPONDER], policy: 'off' };
    expect(await outcome({ ocsp: off })).not.toHaveProperty('revocation');
  });
});

describe('the channel with responders and lists', () => {
  it('a current list answers when no responder does', async () => {
    const ocsp = { responders: [NO_RESPONDER] };
    expect(await outcome({ ocsp, crls: [list()] })).toMatchObject({ revocation: 'good' });
    const apart = { ...ocsp, fall_back_to_crl: false };
    expect(await outcome({ ocsp: apart, crls: [list()] })).toMatchObject({ code: 'MODI_REVOCATION_UNKNOWN' });
  });

  it('whoever says revoked is believed', async () => {
    const ocsp = { responders: [await responder()] };
    const listed = await outcome({ ocsp, crls: [list([holder.serialNumber])] });
    expect(listed['detail']).toContain('MODI_CERTIFICATE_REVOKED');
  });

  it('lists have the policies that those of tokens have', async () => {
    const elsewhere = join(tempFolder(), 'root.crl');
    writeFileSync(elsewhere, makeCrl({ authority: pki.root, thisUpdate: NOW - 60 }));
    const crls = [elsewhere];
    expect(await outcome({ crls })).toMatchObject({ status: 503, code: 'MODI_REVOCATION_UNKNOWN' });
    expect(await outcome({ crls, crl_policy: 'if_present' })).toMatchObject({ revocation: 'unchecked' });
    expect(await outcome({ crls, crl_policy: 'off' })).not.toHaveProperty('revocation');
  });
});

describe('a configuration is refused:', () => {
  const fieldOf = (channel: Json, patterns?: string[]): unknown => {
    try {
      routeWith(channel, patterns);
    } catch (error) {
      return error instanceof ConfigError ? error.field : error;
    }
    return undefined;
  };

  it.each([
    [{ ocsp: { policy: 'required' } }, 'channel.ocsp.policy'],
    [{ ocsp: { responders: ['ocsp.example'] } }, 'channel.ocsp.responders[1]'],
    [{ ocsp: { hosts: ['x'], responder_certificates: ['none.pem'] } }, 'channel.ocsp.responder_certificates[1]'],
    [{ crl_policy: 'required' }, 'channel.crl_policy'],
    [{ crls: ['no/such.crl'] }, 'channel.crls[1]'],
  ])('%j at %s', (channel, field) => {
    expect(fieldOf(channel)).toBe(field);
  });

  it.each([
    [{ ocsp: { hosts: ['ocsp.example'] } }, 'channel.ocsp'],
    [{ match: 'same_party' }, 'channel.match'],
    [{ crl_grace: 60 }, 'channel.crl_grace'],
  ])('%j where no pattern would look at the channel', (channel, field) => {
    const silent = { anchors: undefined, private_hosts: undefined };
    expect(fieldOf({ ...silent, ...channel }, ['ID_AUTH_REST_02'])).toBe(field);
  });
});
