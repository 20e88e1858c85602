import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueCertificate, type Issued } from '../../plugins/core/pki';
import { makeCast, type Cast } from '../support/corpus';
import { packServer, startTestGateway, type TestGateway } from '../support/gateways';
import { send, startEcho, type HttpAnswer } from '../support/http';
import { sendTls } from '../support/https';
import { gate, kongYml, verifyPlugin } from '../support/kong-yml';
import { mockPki, VALID, type MockSigner } from '../support/pki';
import { makeRequest, type Party } from '../support/requests';

const TLS_CLIENT = { keyUsage: ['digitalSignature'], extendedKeyUsage: ['1.3.6.1.5.5.7.3.2'] } as const;

let folder: string;
let cast: Cast;
let server: Issued;
let own: MockSigner;
let partner: MockSigner;
let stranger: Issued;
let gateway: TestGateway;
let echo: Awaited<ReturnType<typeof startEcho>>;

const keyOf = ({ privateKey }: Issued): string => privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'modi-channel-'));
  const pki = await mockPki();
  [cast, echo, server, stranger] = await Promise.all([
    makeCast(),
    startEcho(),
    issueCertificate({ ...VALID, subject: 'CN=localhost', subjectAltNames: ['localhost'] }),
    issueCertificate({ ...VALID, ...TLS_CLIENT, subject: 'CN=Nessuno' }),
  ]);
  [own, partner] = await Promise.all([
    pki.issue({ ...TLS_CLIENT, subject: 'CN=gw.comune.example, 2.5.4.97=CF:IT-80012000000' }),
    pki.issue({ ...TLS_CLIENT, subject: 'CN=Fornitore, 2.5.4.97=VATIT-01234567890' }),
  ]);
  const anchors = join(folder, 'channel.pem');
  writeFileSync(anchors, pki.intermediate.pem);
  const route = (name: string, channel: Record<string, unknown>) => ({
    name,
    plugins: [
      verifyPlugin(folder, cast, {
        patterns: ['ID_AUTH_REST_02', 'ID_AUTH_CHANNEL_02'],
        channel: { anchors: [anchors], ...channel },
      }),
      gate,
    ],
  });
  gateway = await startTestGateway({
    folder,
    kongYml: kongYml(echo.url, [
      route('any', {}),
      route('same', { match: 'same_party' }),
      route('partners', {
        match: 'intermediaries',
        intermediaries: [{ organization_identifier: ['VATIT-*'], bodies: ['CF:IT-80012000000'] }],
      }),
      route('proxied', { header: 'x-client-cert', trusted_addresses: ['127.0.0.1'] }),
      route('elsewhere', { header: 'x-client-cert', trusted_addresses: ['192.0.2.1'] }),
    ]),
    pluginServers: packServer(folder, ['modi-verify'], '--log-level', 'warn'),
    tls: { cert: server.pem, key: keyOf(server) },
  });
  const deadline = Date.now() + 20_000;
  while ((await call('any', own)).status !== 200 && Date.now() < deadline) await pause(100);
});

afterAll(async () => {
  await gateway.stop();
  echo.close();
  rmSync(folder, { recursive: true, force: true });
});

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
const signed = (party: Party = cast.ec, wire = {}) => makeRequest({ now: Math.floor(Date.now() / 1000), party, wire });

function call(route: string, client?: Issued, party?: Party, wire = {}): Promise<HttpAnswer> {
  const identity = client === undefined ? {} : { cert: client.pem, key: keyOf(client) };
  return sendTls(`${gateway.tlsUrl ?? ''}/${route}`, signed(party, wire), { ca: server.pem, ...identity });
}

const outcome = async (...args: Parameters<typeof call>): Promise<unknown> => {
  const answer = await call(...args);
  return answer.status === 200 ? 'accepted' : answer.json()['code'];
};

describe('a channel of mutual TLS', () => {
  it('is told to the service, and the token says who the body is', async () => {
    const answer = await call('any', partner);
    expect(answer.json()['headers']).toMatchObject({
      'x-modi-client': 'CF:IT-80012000000',
      'x-modi-channel-organization': 'VATIT-01234567890',
    });
  });

  it('needs a certificate that its own authorities vouch for', async () => {
    expect(await outcome('any')).toBe('MODI_CHANNEL_CERTIFICATE_MISSING');
    expect(await outcome('any', stranger)).toBe('MODI_CHANNEL_CERTIFICATE_REFUSED');
    const plain = await send(`${gateway.url}/any`, signed());
    expect([plain.status, plain.json()['code']]).toEqual([401, 'MODI_CHANNEL_CERTIFICATE_MISSING']);
  });

  it('belongs to the body, or to a partner that may act for it, where that is asked', async () => {
    expect(await outcome('same', own)).toBe('accepted');
    expect(await outcome('same', partner)).toBe('MODI_CHANNEL_PARTY_MISMATCH');
    expect(await outcome('partners', partner)).toBe('accepted');
    expect(await outcome('partners', own)).toBe('accepted');
    expect(await outcome('partners', partner, cast.other)).toBe('MODI_CHANNEL_PARTY_MISMATCH');
  });

  it('ends at a proxy where one is trusted, and then its header says whose it was', async () => {
    const wire = { 'x-client-cert': encodeURIComponent(own.pem) };
    const answer = await send(`${gateway.url}/proxied`, signed(cast.ec, wire));
    expect(answer.status).toBe(200);
    expect(answer.body.toString()).not.toContain('x-client-cert');
    expect(await outcome('proxied', own)).toBe('MODI_CHANNEL_CERTIFICATE_MISSING');
    expect(await outcome('elsewhere', own, cast.ec, wire)).toBe('MODI_CHANNEL_HEADER_UNTRUSTED');
    expect(await outcome('elsewhere', own)).toBe('accepted');
  });
});
