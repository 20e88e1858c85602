import { createHash, X509Certificate } from 'node:crypto';
import { request, type RequestOptions } from 'node:https';
import { connect } from 'node:tls';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { issueCertificate } from '../../plugins/core/pki';
import { call, eventually, probe, startProbeGateway, startService } from '../support/embedded-gateway';
import { VALID } from '../support/pki';

const VARIABLES = [
  'ssl_client_verify',
  'ssl_client_s_dn',
  'ssl_client_i_dn',
  'ssl_client_fingerprint',
  'ssl_client_serial',
  'ssl_client_raw_cert',
  'ssl_protocol',
  'ssl_server_name',
  'scheme',
  'https',
];

const keyPem = (issued: Awaited<ReturnType<typeof issueCertificate>>): string =>
  issued.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

async function tlsGateway(extra = '') {
  const service = await startService();
  const server = await issueCertificate({
    ...VALID,
    subject: 'CN=localhost',
    subjectAltNames: ['localhost', '127.0.0.1'],
  });
  const steps = [
    ...VARIABLES.map((v) => ({ call: 'kong.nginx.get_var', args: { v }, note: v })),
    { call: 'kong.nginx.get_tls1_version_str', note: 'version' },
    { answer: 200 },
  ];
  const started = await startProbeGateway(
    `
_format_version: "3.0"
services:
  - url: ${service.url}
    routes:
      - { paths: [/variables], plugins: [${probe({ access: steps })}] }
      - { paths: [/plain] }
${extra}
`,
    {
      listen: [
        { host: '127.0.0.1', port: 0, tls: { cert: server.pem, key: keyPem(server) } },
        { host: '127.0.0.1', port: 0 },
      ],
    },
  );
  return { ...started, service, ca: server.pem, url: `${started.gateway.url}/variables` };
}

function get(url: string, options: RequestOptions): Promise<{ status: number; json: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { servername: 'localhost', ...options }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (part: string) => (text += part));
      incoming.on('end', () => {
        const json = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
        resolve({ status: incoming.statusCode ?? 0, json });
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

describe('a TLS listener', () => {
  it('says that no certificate came, and which protocol it is', async () => {
    const { url, ca, gateway, records } = await tlsGateway();
    expect(gateway.addresses.map(({ tls }) => tls)).toEqual([true, false]);
    const { json } = await get(url, { ca });
    expect(json).toMatchObject({
      ssl_client_verify: 'NONE',
      ssl_client_s_dn: null,
      ssl_client_raw_cert: null,
      ssl_protocol: 'TLSv1.3',
      ssl_server_name: 'localhost',
      version: 'TLSv1.3',
      scheme: 'https',
      https: 'on',
    });
    await eventually(() => records.length === 1);
    expect(records[0]).toMatchObject({ request: { tls: { version: 'TLSv1.3', client_verify: 'NONE' } } });
  });

  it('takes any client certificate and says what it is, also on a resumed session', async () => {
    const client = await issueCertificate({ ...VALID, subject: 'C=IT, O="Comune, di Pàdova", CN=client' });
    const { url, ca } = await tlsGateway();
    const options = { ca, cert: client.pem, key: keyPem(client) };
    const known = new X509Certificate(client.der);
    const expected = {
      ssl_client_verify: expect.stringMatching(/^FAILED:self-signed certificate/),
      ssl_client_s_dn: 'CN=client,O=Comune\\, di P\\C3\\A0dova,C=IT',
      ssl_client_i_dn: 'CN=client,O=Comune\\, di P\\C3\\A0dova,C=IT',
      ssl_client_fingerprint: createHash('sha1').update(client.der).digest('hex'),
      ssl_client_serial: known.serialNumber,
    };
    for (const maxVersion of ['TLSv1.3', 'TLSv1.2'] as const) {
      let session: Buffer | undefined;
      for (const resumed of [false, true]) {
        const { hostname, port } = new URL(url);
        const socket = connect({
          ...options,
          host: hostname,
          port: Number(port),
          servername: 'localhost',
          maxVersion,
          ...(session ? { session } : {}),
        });
        socket.on('session', (ticket) => (session = ticket));
        await once(socket, 'secureConnect');
        const { json } = await get(url, { createConnection: () => socket });
        expect(json).toMatchObject({ ...expected, ssl_protocol: maxVersion });
        expect(new X509Certificate(String(json['ssl_client_raw_cert'])).raw.equals(client.der)).toBe(true);
        expect(socket.isSessionReused()).toBe(resumed);
        socket.destroy();
      }
    }
  });

  it('routes by server name', async () => {
    const { gateway, ca } = await tlsGateway('      - { paths: [/sni], snis: [localhost], strip_path: false }');
    const sni = (servername: string) =>
      get(`${gateway.url}/sni`, { ca, servername, checkServerIdentity: () => undefined });
    expect((await sni('localhost')).status).toBe(200);
    expect((await sni('other.it')).status).toBe(404);
  });

  it('tells the service of https', async () => {
    const { gateway, ca, service } = await tlsGateway();
    await get(`${gateway.url}/plain`, { ca });
    expect(service.seen[0]?.headers).toMatchObject({
      'x-forwarded-proto': 'https',
      'x-forwarded-port': String(gateway.addresses[0]?.port),
    });
  });
});

describe('a service on https', () => {
  it('is reached, its certificate verified only where the service says so', async () => {
    const inner = await tlsGateway();
    const port = inner.gateway.addresses[0]?.port ?? 0;
    const { gateway } = await startProbeGateway(`
_format_version: "3.0"
services:
  - { url: "https://127.0.0.1:${port}/plain", routes: [{ paths: [/lax] }] }
  - { url: "https://127.0.0.1:${port}/plain", tls_verify: true, routes: [{ paths: [/strict] }] }
`);
    expect((await call(`${gateway.url}/lax`)).status).toBe(200);
    expect((await call(`${gateway.url}/strict`)).status).toBe(502);
  });
});
