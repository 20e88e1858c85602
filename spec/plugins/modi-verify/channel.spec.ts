import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { issueCertificate, issueCrl } from '../../../plugins/core/pki';
import { ConfigError } from '../../../plugins/core/schema';
import type { MemoryKong } from '../../../plugins/runtime/adapters/memory';
import { makeCast, type Cast } from '../../support/corpus';
import { EXPIRED, mockPki, VALID, type MockPki, type MockSigner } from '../../support/pki';
import { makeRequest, type Party } from '../../support/requests';
import { tempFolder } from '../../support/temp';
import { NOW, problemOf, runAccess, verifyRoute } from '../../support/verify-route';

const TLS_CLIENT = { keyUsage: ['digitalSignature'], extendedKeyUsage: ['1.3.6.1.5.5.7.3.2'] } as const;

let cast: Cast;
let pki: MockPki;
let own: MockSigner;
let partner: MockSigner;
beforeAll(async () => {
  [cast, pki] = await Promise.all([makeCast(), mockPki()]);
  [own, partner] = await Promise.all([
    pki.issue({ ...TLS_CLIENT, subject: 'CN=gw.comune.example, O=Comune, 2.5.4.97=CF:IT-80012000000' }),
    pki.issue({ ...TLS_CLIENT, subject: 'CN=Fornitore, O=Fornitore, 2.5.4.97=VATIT-01234567890' }),
  ]);
});

type Json = Record<string, unknown>;

const routeWith = (channel: Json) =>
  verifyRoute(cast, {
    patterns: ['ID_AUTH_REST_02', 'ID_AUTH_CHANNEL_02'],
    disclosure: 'full',
    channel: { anchors: [pki.intermediate.pem], ...channel },
  });

interface Connection {
  readonly certificate?: string;
  readonly verify?: string;
  readonly peer?: string;
  readonly wire?: Record<string, string | string[]>;
  readonly party?: Party;
}

const call = (channel: Json, { certificate, verify, peer, wire, party = cast.ec }: Connection = {}) =>
  runAccess(routeWith(channel), {
    ...makeRequest({ now: NOW, party, wire: wire ?? {} }),
    vars: {
      kong_request_id: 'r',
      ssl_client_verify:
        verify ?? (certificate === undefined ? 'NONE' : 'FAILED:unable to verify the first certificate'),
      ...(certificate === undefined ? {} : { ssl_client_raw_cert: certificate }),
      ...(peer === undefined ? {} : { realip_remote_addr: peer }),
    },
  });

/** What the service is told, wherever among the calls that stands. */
const headersToService = ({ calls }: MemoryKong): unknown =>
  calls.find(([method]) => method === 'kong.service.request.set_headers')?.[1];

const outcome = async (...args: Parameters<typeof call>): Promise<unknown> =>
  problemOf(await call(...args))['code'] ?? 'accepted';

describe('ID_AUTH_CHANNEL_02', () => {
  it('takes a client certificate of the channel’s own authorities, and tells service and log whose it is', async () => {
    const memory = await call({}, { certificate: partner.pem });
    expect(memory.exited()).toBeUndefined();
    expect(headersToService(memory)).toMatchObject({
      'x-modi-channel-organization': 'VATIT-01234567890',
      'x-modi-client': 'CF:IT-80012000000',
      'x-modi-patterns': 'ID_AUTH_REST_02,ID_AUTH_CHANNEL_02',
    });
    const record = JSON.parse(memory.shared.get('modi') as string) as Json;
    expect(record['channel']).toMatchObject({ organization: 'VATIT-01234567890' });
  });

  it('refuses a connection without one: no TLS, or none sent', async () => {
    expect(problemOf(await call({}))).toMatchObject({ code: 'MODI_CHANNEL_CERTIFICATE_MISSING', status: 401 });
    const plain = await runAccess(routeWith({}), makeRequest({ now: NOW, party: cast.ec }));
    expect(problemOf(plain)['code']).toBe('MODI_CHANNEL_CERTIFICATE_MISSING');
    expect(await outcome({}, { certificate: own.pem, verify: 'NONE' })).toBe('MODI_CHANNEL_CERTIFICATE_MISSING');
  });

  it.each([
    ['of nobody', () => issueCertificate({ ...VALID, ...TLS_CLIENT, subject: 'CN=x' }), 'MODI_CERTIFICATE_UNTRUSTED'],
    ['of a server', () => pki.issue({ extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'] }), 'MODI_CERTIFICATE_USAGE'],
    ['expired', () => pki.issue({ ...EXPIRED, ...TLS_CLIENT }), 'MODI_CERTIFICATE_EXPIRED'],
    ['of an authority', () => Promise.resolve(pki.intermediate), 'MODI_CERTIFICATE_USAGE'],
  ])('refuses a certificate %s, whatever nginx says, with the reason', async (_, issue, reason) => {
    const memory = await call({}, { certificate: (await issue()).pem, verify: 'SUCCESS' });
    expect(problemOf(memory)).toMatchObject({ code: 'MODI_CHANNEL_CERTIFICATE_REFUSED', status: 401 });
    expect(problemOf(memory)['detail']).toContain(reason);
  });

  it('refuses what is no certificate', async () => {
    expect(await outcome({}, { certificate: 'no certificate' })).toBe('MODI_CHANNEL_CERTIFICATE_MALFORMED');
    expect(await outcome({}, { certificate: 'AAAA' })).toBe('MODI_CHANNEL_CERTIFICATE_REFUSED');
  });

  it('takes a pinned certificate, and no other, where no authority is named', async () => {
    const pinned = { anchors: undefined, certificates: [own.pem] };
    expect(await outcome(pinned, { certificate: own.pem })).toBe('accepted');
    expect(await outcome(pinned, { certificate: partner.pem })).toBe('MODI_CHANNEL_CERTIFICATE_REFUSED');
  });

  it('does not believe the authorities of the tokens', async () => {
    const elsewhere = await issueCertificate({ ...VALID, ca: true, subject: 'CN=Canale CA' });
    expect(await outcome({ anchors: [elsewhere.pem] }, { certificate: own.pem })).toBe(
      'MODI_CHANNEL_CERTIFICATE_REFUSED',
    );
  });

  it('asks the channel’s revocation lists', async () => {
    const file = join(tempFolder(), 'channel.crl');
    const thisUpdate = new Date((NOW - 60) * 1000);
    const nextUpdate = new Date((NOW + 86_400) * 1000);
    const revoked = [own.serialNumber];
    writeFileSync(file, (await issueCrl({ issuer: pki.intermediate, thisUpdate, nextUpdate, revoked })).pem);
    const crls = [file];
    const refused = await call({ crls }, { certificate: own.pem });
    expect(problemOf(refused)['detail']).toContain('MODI_CERTIFICATE_REVOKED');
    expect(await outcome({ crls }, { certificate: partner.pem })).toBe('accepted');
  });

  it('judges the certificate before the tokens', async () => {
    expect(await outcome({}, { wire: { authorization: 'none' } })).toBe('MODI_CHANNEL_CERTIFICATE_MISSING');
  });
});

describe('the header of a proxy in front', () => {
  const HEADER = 'x-client-cert';
  const behind = { header: HEADER, trusted_addresses: ['10.0.0.0/8'] };
  const sent = (value: string | string[]) => ({ wire: { [HEADER]: value } });

  it('counts from a trusted address, in each form, and never reaches the service', async () => {
    for (const value of [encodeURIComponent(own.pem), `:${own.der.toString('base64')}:`, own.der.toString('base64')]) {
      const memory = await call(behind, { ...sent(value), peer: '10.1.2.3' });
      expect(memory.exited()).toBeUndefined();
      expect(headersToService(memory)).toMatchObject({ [HEADER]: [] });
    }
  });

  it('is refused from any other address, also beside a good certificate', async () => {
    for (const peer of ['11.0.0.1', undefined]) {
      const memory = await call(behind, {
        ...sent(own.der.toString('base64')),
        certificate: own.pem,
        ...(peer === undefined ? {} : { peer }),
      });
      expect(problemOf(memory)).toMatchObject({ code: 'MODI_CHANNEL_HEADER_UNTRUSTED', status: 403 });
    }
  });

  it('is the only thing that counts from the proxy: its own certificate is not the caller’s', async () => {
    expect(await outcome(behind, { certificate: own.pem, peer: '10.1.2.3' })).toBe('MODI_CHANNEL_CERTIFICATE_MISSING');
    expect(await outcome(behind, { ...sent(''), certificate: own.pem, peer: '10.1.2.3' })).toBe(
      'MODI_CHANNEL_CERTIFICATE_MISSING',
    );
  });

  it('is judged like a connection’s own', async () => {
    const text = own.der.toString('base64');
    expect(await outcome(behind, { ...sent([text, text]), peer: '10.1.2.3' })).toBe('MODI_HEADER_DUPLICATE');
    expect(await outcome(behind, { ...sent('nonsense!'), peer: '10.1.2.3' })).toBe(
      'MODI_CHANNEL_CERTIFICATE_MALFORMED',
    );
  });

  it('leaves callers that come directly to their own certificates', async () => {
    expect(await outcome(behind, { certificate: own.pem, peer: '192.0.2.1' })).toBe('accepted');
    expect(await outcome(behind, { peer: '192.0.2.1' })).toBe('MODI_CHANNEL_CERTIFICATE_MISSING');
  });

  it('means nothing where none is configured', async () => {
    expect(await outcome({}, { ...sent(own.der.toString('base64')), peer: '10.1.2.3' })).toBe(
      'MODI_CHANNEL_CERTIFICATE_MISSING',
    );
  });
});

describe('channel and token', () => {
  const intermediaries = (entry: Json) => ({ match: 'intermediaries', intermediaries: [entry] });
  const byPartner = { organization_identifier: ['VATIT-01234567890'] };

  it.each([
    ['none', {}, 'own', 'ec', 'accepted'],
    ['none', {}, 'partner', 'ec', 'accepted'],
    ['same_party', { match: 'same_party' }, 'own', 'ec', 'accepted'],
    ['same_party', { match: 'same_party' }, 'own', 'rsa', 'accepted'],
    ['same_party', { match: 'same_party' }, 'own', 'other', 'MODI_CHANNEL_PARTY_MISMATCH'],
    ['same_party', { match: 'same_party' }, 'own', 'p384', 'MODI_CHANNEL_PARTY_MISMATCH'],
    ['same_party', { match: 'same_party' }, 'partner', 'ec', 'MODI_CHANNEL_PARTY_MISMATCH'],
    ['a partner', intermediaries(byPartner), 'partner', 'ec', 'accepted'],
    ['a partner, own channel', intermediaries(byPartner), 'own', 'ec', 'accepted'],
    ['a partner, somebody else’s channel', intermediaries(byPartner), 'own', 'other', 'MODI_CHANNEL_PARTY_MISMATCH'],
    [
      'a partner of this body',
      intermediaries({ ...byPartner, bodies: ['CF:IT-800120*'] }),
      'partner',
      'ec',
      'accepted',
    ],
    [
      'a partner of another',
      intermediaries({ ...byPartner, bodies: ['CF:IT-1'] }),
      'partner',
      'ec',
      'MODI_CHANNEL_PARTY_MISMATCH',
    ],
    [
      'a body without a name',
      intermediaries({ ...byPartner, bodies: ['*'] }),
      'partner',
      'p384',
      'MODI_CHANNEL_PARTY_MISMATCH',
    ],
    ['another partner', intermediaries({ common_name: ['Altri'] }), 'partner', 'ec', 'MODI_CHANNEL_PARTY_MISMATCH'],
  ] as const)('%s %j, channel %s, token %s: %s', async (_, channel, holder, party, expected) => {
    const certificate = { own, partner }[holder].pem;
    expect(await outcome(channel, { certificate, party: cast[party] })).toBe(expected);
  });

  it('the same certificate for both is the same party, whatever it names', async () => {
    const config = { match: 'same_party', anchors: undefined, certificates: [cast.pinnedPem] };
    expect(await outcome(config, { certificate: cast.pinnedPem, party: cast.pinned })).toBe('accepted');
  });
});

describe('the calls on Kong', () => {
  const names = async (channel: Json, connection: Connection = {}) =>
    (await call(channel, connection)).calls.map(([method, argument]) =>
      method === 'kong.nginx.get_var' ? `${method} ${String(argument)}` : method,
    );

  it('ask for the connection at the same time as for the headers, and for the peer only behind a proxy', async () => {
    expect((await names({}, { certificate: own.pem })).slice(0, 3)).toEqual([
      'kong.request.get_headers',
      'kong.nginx.get_var ssl_client_verify',
      'kong.nginx.get_var ssl_client_raw_cert',
    ]);
    expect(await names({ header: 'x-cert', trusted_addresses: ['10.0.0.1'] }, { certificate: own.pem })).toContain(
      'kong.client.get_ip',
    );
  });
});

describe('the configuration of the channel', () => {
  it.each([
    [{ header: 'x-cert' }, 'channel.trusted_addresses'],
    [{ trusted_addresses: ['10.0.0.1'] }, 'channel.header'],
    [{ header: 'x-cert', trusted_addresses: ['proxy'] }, 'channel.trusted_addresses[1]'],
    [{ match: 'intermediaries' }, 'channel.intermediaries'],
    [{ intermediaries: [{ common_name: ['x'] }] }, 'channel.intermediaries'],
    [{ match: 'intermediaries', intermediaries: [{ bodies: ['x'] }] }, 'channel.intermediaries[1]'],
    [{ anchors: undefined }, 'channel'],
    [{ anchors: ['no/such.pem'] }, 'channel.anchors[1]'],
  ])('%j is refused at %s', (channel, field) => {
    let found: unknown;
    try {
      routeWith(channel);
    } catch (error) {
      found = error instanceof ConfigError ? error.field : error;
    }
    expect(found).toBe(field);
  });

  it('is refused where no pattern would look at it', () => {
    const config = { patterns: ['ID_AUTH_REST_02'], channel: { anchors: [pki.intermediate.pem] } };
    expect(() => verifyRoute(cast, config)).toThrow(/channel.anchors/);
  });
});
