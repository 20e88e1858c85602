import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { httpsHost } from '../../support/https-host';
import { listening } from '../../support/http-server';
import { IDS, makePdndRequest, pdndCast } from '../../support/pdnd';
import { apiClientPem, platformAddresses, startPdndPlatform } from '../../support/pdnd/platform';
import { PUBLIC_URL } from '../../support/pdnd/requests';
import { PDND_CONFIGS } from '../../support/pdnd/route';
import { mockPki, type MockPki } from '../../support/pki';
import { AUDIENCE, makeRequest, type RequestRecipe, type TestRequest } from '../../support/requests';
import { json, modi, NOW, temporaryDirectory } from './support';

type Json = Record<string, unknown>;

const directory = temporaryDirectory();
const cwd = directory.path;
let pki: MockPki;
beforeAll(async () => {
  pki = await mockPki();
});
afterAll(directory.remove);

const raw = ({ headers, body }: TestRequest): string => {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`);
  return `POST / HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body.toString('latin1')}`;
};

/** Judges a request by a configuration, which is the only plugin of a file. */
async function judged(config: Json, request: TestRequest, ...argv: readonly string[]) {
  const plugins = [{ name: 'modi-verify', config: { audience: [AUDIENCE], ...config } }];
  writeFileSync(join(cwd, 'kong.yml'), JSON.stringify({ _format_version: '3.0', plugins }));
  return modi(['verify', '--request', '-', '--config', 'kong.yml', ...argv], { cwd, stdin: raw(request) });
}

const signed = (recipe: Partial<RequestRecipe> = {}): TestRequest =>
  makeRequest({ now: NOW, party: pki.leaf('ec'), ...recipe });

/** A server that must not be asked, and how often it was. */
async function unasked(): Promise<{ readonly url: string; readonly asked: () => number }> {
  let count = 0;
  const port = await listening((_request, response) => {
    count += 1;
    response.end();
  });
  return { url: `http://localhost:${port}`, asked: () => count };
}

const rowsOf = (answer: Json) =>
  answer['checks'] as { id: string; outcome: string; detail: string; token: string | null }[];
const rowOf = (answer: Json, id: string) => rowsOf(answer).find((row) => row.id === id);

describe('a route whose connections are looked at', () => {
  const config = (channel: Json = {}): Json => ({
    patterns: ['ID_AUTH_REST_02', 'ID_AUTH_CHANNEL_02'],
    trust: { anchors: [pki.anchorPem] },
    channel: { anchors: [pki.intermediate.pem], match: 'same_party', ...channel },
  });

  it('leaves the channel open, judges the rest, and says so in the verdict', async () => {
    const ran = await judged(config(), signed());
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toMatch(
      /verdict {2}ACCEPTED\nopen {5}client certificate of the channel: not evaluated: a captured/,
    );
    const answer = json(await judged(config(), signed(), '--output', 'json'));
    expect(answer).toMatchObject({ outcome: 'accepted', open: [{ id: 'channel', token: null }] });
    expect(rowOf(answer, 'channel-party')).toMatchObject({ outcome: 'skipped' });
    expect(rowOf(answer, 'signature')).toMatchObject({ outcome: 'ok' });
  });

  it('still refuses what is wrong with the token', async () => {
    const ran = await judged(config(), signed({ idAuth: { claims: { aud: 'other' } } }), '--lang', 'it');
    expect(ran.code).toBe(3);
    expect(ran.out).toMatch(/RIFIUTATO 401 MODI_AUDIENCE_MISMATCH/);
    expect(ran.out).toMatch(/aperto {3}certificato client del canale: non valutato/);
  });

  it('fetches no list and asks no responder about certificates of the channel', async () => {
    const { url, asked } = await unasked();
    const channel = { crls: [`${url}/ca.crl`], ocsp: { responders: [url] }, private_hosts: ['localhost'] };
    expect(await judged(config(channel), signed())).toMatchObject({ code: 0, err: '' });
    expect(asked()).toBe(0);
  });
});

describe('a token that names its certificates by x5u', () => {
  const config = (): Json => ({
    patterns: ['ID_AUTH_REST_02'],
    trust: { anchors: [pki.anchorPem], x5u_hosts: ['certs.example'] },
    identity: { callers: [{ name: 'comune', organization_identifier: ['CF:IT-80012000000'] }] },
  });
  const byUrl = (claims: Json = {}) =>
    signed({ idAuth: { reference: 'none', header: { x5u: 'https://certs.example/a.pem' }, claims } });

  it('is neither accepted nor refused: it is not followed', async () => {
    const ran = await judged(config(), byUrl());
    expect(ran).toMatchObject({ code: 1, err: '' });
    expect(ran.out).toMatch(/verdict {2}UNDECIDED\nopen {5}auth certificate: not evaluated: x5u is not followed here/);
    const answer = json(await judged(config(), byUrl(), '--output', 'json'));
    expect(answer).toMatchObject({ outcome: 'undecided', code: null, open: [{ id: 'certificate', token: 'ID_AUTH' }] });
    for (const id of ['certificate', 'signature', 'caller']) expect(rowOf(answer, id)?.outcome).toBe('skipped');
    for (const id of ['claims', 'times', 'audience']) expect(rowOf(answer, id)?.outcome).toBe('ok');
  });

  it('is refused for what no certificate could mend', async () => {
    const ran = await judged(config(), byUrl({ aud: 'other' }), '--output', 'json');
    expect(json(ran)).toMatchObject({ outcome: 'refused', code: 'MODI_AUDIENCE_MISMATCH' });
    expect(ran.code).toBe(3);
  });

  it('speaks Italian', async () => {
    const { out } = await judged(config(), byUrl(), '--lang', 'it');
    expect(out).toMatch(/verdetto NON DECISO\naperto .*qui x5u non viene seguito/);
  });
});

describe('a voucher, whose key the platform holds', () => {
  const config = (url: string, more: Json = {}): Json => ({
    patterns: ['AUDIT_REST_02', 'INTEGRITY_REST_02'],
    ...more,
    pdnd: {
      issuer: IDS.issuer,
      jwks_uri: `${url}/jwks.json`,
      token_uri: `${url}/token`,
      assertion_audience: 'x',
      api_uri: `${url}/v3`,
      api_jwks_uri: `${url}/v3/jwks.json`,
      client: { id: IDS.apiClient, key_file: 'no/such/key.pem' },
      private_hosts: ['localhost'],
      voucher: 'dpop',
      dpop: { public_urls: [PUBLIC_URL] },
    },
  });
  const request = (recipe: Parameters<typeof makePdndRequest>[0] | object = {}) =>
    makePdndRequest({
      now: NOW,
      cast: pdndCast(),
      path: '/p-all',
      dpop: true,
      audit: true,
      integrity: true,
      ...recipe,
    });

  it('is undecided, and the platform is not asked', async () => {
    const { url, asked } = await unasked();
    const ran = await judged(config(url), request(), '--output', 'json');
    expect(ran).toMatchObject({ code: 1, err: '' });
    const answer = json(ran);
    expect(answer).toMatchObject({
      outcome: 'undecided',
      open: [
        { id: 'voucher-key', token: 'VOUCHER' },
        { id: 'participant-key', token: 'AUDIT' },
        { id: 'participant-key', token: 'INTEGRITY' },
      ],
    });
    for (const id of ['dpop-binding', 'audit-digest', 'digest', 'identity'])
      expect(rowOf(answer, id)?.outcome).toBe('ok');
    expect(asked()).toBe(0);
  });

  it('an organisation as iss of the integrity token is no other client while its key is unknown', async () => {
    const { url } = await unasked();
    const ran = await judged(config(url), request({ signature: { claims: { iss: 'c_esempio' } } }), '--output', 'json');
    expect(json(ran)).toMatchObject({ outcome: 'undecided' });
  });

  it('is refused for what no key could mend', async () => {
    const { url } = await unasked();
    const ran = await judged(config(url), request({ voucher: { claims: { aud: 'other' } } }), '--output', 'json');
    expect(json(ran)).toMatchObject({ outcome: 'refused', code: 'MODI_AUDIENCE_MISMATCH' });
  });
});

describe('with --fetch', () => {
  it('x5u is followed to the hosts of the configuration, and what is there judges the token', async () => {
    let chain = pki.leaf('ec').pem + pki.intermediate.pem;
    const url = await httpsHost((_request, response) =>
      response.writeHead(200, { 'Content-Type': 'application/pem-certificate-chain' }).end(chain),
    );
    const trust = { x5u_hosts: [new URL(url).host], x5u_ca: [pki.anchorPem], private_hosts: ['localhost'] };
    const config = { patterns: ['ID_AUTH_REST_02'], trust: { anchors: [pki.anchorPem], ...trust } };
    const request = (path: string) =>
      signed({ idAuth: { reference: 'none', header: { x5u: `${url}/${path}` }, claims: {} } });
    const good = await judged(config, request('good'), '--fetch', '--output', 'json');
    expect(good).toMatchObject({ code: 0, err: '' });
    expect(json(good)).toMatchObject({ outcome: 'accepted', open: [] });
    chain = pki.leaf('rsa').pem + pki.intermediate.pem;
    const strange = await judged(config, request('strange'), '--fetch', '--output', 'json');
    expect([strange.code, json(strange)['outcome']]).toEqual([3, 'refused']);
  });

  it('the platform is asked for the keys of voucher and participant', async () => {
    const running = await startPdndPlatform();
    onTestFinished(() => running.close());
    const key = join(cwd, 'api-client.pem');
    writeFileSync(key, apiClientPem(), { mode: 0o600 });
    const config = {
      ...PDND_CONFIGS['p-integrity'],
      audience: [AUDIENCE],
      pdnd: {
        ...platformAddresses(running),
        client: { id: IDS.apiClient, key_file: key },
        ...PDND_CONFIGS['p-integrity'].pdnd,
      },
    };
    const now = Math.floor(Date.now() / 1000);
    const cast = pdndCast(running.platform.voucherKeys.current);
    const request = makePdndRequest({ now, cast, path: '/p-integrity', integrity: true });
    writeFileSync(
      join(cwd, 'pdnd.yml'),
      JSON.stringify({ _format_version: '3.0', plugins: [{ name: 'modi-verify', config }] }),
    );
    const argv = ['verify', '--request', '-', '--config', 'pdnd.yml', '--output', 'json'];
    const judge = (...more: readonly string[]) => modi([...argv, ...more], { cwd, now, stdin: raw(request) });
    expect(json(await judge())).toMatchObject({ outcome: 'undecided' });
    const asked = await judge('--fetch');
    expect(asked).toMatchObject({ code: 0, err: '' });
    expect(json(asked)).toMatchObject({ outcome: 'accepted', open: [] });
  });
});
