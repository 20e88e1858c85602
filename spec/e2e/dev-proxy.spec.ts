import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { call, eventually, startProbeGateway, startService } from '../support/embedded-gateway';
import { tempFolder } from '../support/temp';

const before = (url: string, route = 'paths: [/]'): string => `
_format_version: "3.0"
services: [{ name: s, url: "${url}", routes: [{ ${route} }] }]
`;

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

describe('headers toward the service', () => {
  it('tell who asked for what, and leave out what belongs to the connection', async () => {
    const service = await startService();
    const { gateway } = await startProbeGateway(before(service.url));
    const answer = await call(`${gateway.url}/a/b?c`, {
      headers: {
        Host: 'API.ente.it:99',
        Connection: 'close, X-Mine',
        'X-Mine': '1',
        'Keep-Alive': 'x',
        'Proxy-Connection': 'x',
        TE: 'trailers, deflate',
        'X-Forwarded-For': '10.0.0.1',
        'X-Forwarded-Proto': 'https',
        'X-Real-IP': '10.0.0.1',
        Via: '1.0 other',
        Accept: 'x/y',
      },
    });
    const { headers } = service.seen[0] ?? { headers: {} };
    expect(headers).toMatchObject({
      host: `127.0.0.1:${service.port}`,
      connection: 'keep-alive',
      te: 'trailers',
      via: '1.0 other, 1.1 modi-dev',
      accept: 'x/y',
      'x-forwarded-for': '10.0.0.1, 127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'api.ente.it',
      'x-forwarded-port': String(gateway.addresses[0]?.port),
      'x-forwarded-path': '/a/b',
      'x-real-ip': '127.0.0.1',
      'x-kong-request-id': answer.headers['x-kong-request-id'],
    });
    for (const gone of ['x-mine', 'keep-alive', 'proxy-connection', 'content-length', 'transfer-encoding']) {
      expect(headers).not.toHaveProperty(gone);
    }
  });

  it("keep the client's host where the route says so", async () => {
    const service = await startService();
    const { gateway } = await startProbeGateway(before(service.url, 'paths: [/], preserve_host: true'));
    await call(gateway.url, { headers: { Host: 'Api.ente.it:99' } });
    expect(service.seen[0]?.headers.host).toBe('Api.ente.it:99');
  });

  it('keep repeated headers, their order and their bytes', async () => {
    const service = await startService();
    const { gateway } = await startProbeGateway(before(service.url));
    await call(gateway.url, { headers: ['Host', 'h', 'X-B', '\u00e9', 'X-A', '1', 'x-b', '2'] });
    const raw = service.seen[0]?.rawHeaders ?? [];
    expect(raw.slice(0, 6)).toEqual(['X-B', '\u00e9', 'X-A', '1', 'x-b', '2']);
  });
});

describe('bodies', () => {
  it.each([0, 1, 8193, 2_000_000])(
    'of %d bytes pass unchanged, with a length, also when sent in chunks',
    async (size) => {
      const scratch = tempFolder();
      const service = await startService();
      service.answer = ({ body }) => ({ body });
      process.env['TMPDIR'] = scratch;
      const { gateway } = await startProbeGateway(before(service.url)).finally(() => {
        delete process.env['TMPDIR'];
      });
      const body = Buffer.alloc(size, 'payload');
      for (const headers of [{}, { 'Transfer-Encoding': 'chunked' }]) {
        const answer = await call(gateway.url, { method: 'POST', body, headers });
        expect(answer.body.equals(body)).toBe(true);
      }
      expect(service.seen.map(({ headers }) => headers['content-length'])).toEqual([String(size), String(size)]);
      const own = readdirSync(scratch).find((name) => name.startsWith('modi-dev-')) ?? '';
      await eventually(() => readdirSync(join(scratch, own)).length === 0);
    },
  );

  it('are passed on as they come when the route does not buffer requests', async () => {
    const service = await startService();
    const { gateway } = await startProbeGateway(before(service.url, 'paths: [/], request_buffering: false'));
    await call(gateway.url, { method: 'POST', body: 'x'.repeat(50_000), headers: { 'Transfer-Encoding': 'chunked' } });
    expect(service.seen[0]?.headers['transfer-encoding']).toBe('chunked');
    expect(service.seen[0]?.body).toHaveLength(50_000);
  });

  it('of answers are streamed: the first part arrives before the last is sent', async () => {
    let finish: (() => void) | undefined;
    const port = await listening(
      createServer((_, answer) => {
        answer.writeHead(200, { 'Content-Type': 'text/event-stream' });
        answer.write('data: 1\n\n');
        finish = () => answer.end('data: 2\n\n');
      }),
    );
    const { gateway } = await startProbeGateway(before(`http://127.0.0.1:${port}`));
    const parts: string[] = [];
    const outgoing = httpRequest(gateway.url, (incoming) => {
      incoming.setEncoding('utf8').on('data', (part: string) => parts.push(part));
    });
    outgoing.end();
    await eventually(() => parts.length === 1);
    finish?.();
    await eventually(() => parts.join('') === 'data: 1\n\ndata: 2\n\n');
  });

  it('that break off within the answer break off for the client too', async () => {
    const port = await listening(
      createServer((_, answer) => {
        answer.writeHead(200, { 'Content-Length': 10 });
        answer.write('half', () => answer.destroy());
      }),
    );
    const { gateway, records } = await startProbeGateway(before(`http://127.0.0.1:${port}`));
    await expect(call(gateway.url)).rejects.toThrow();
    await eventually(() => records.length === 1);
  });
});

describe('a service that does not answer', () => {
  it('in time is 504', async () => {
    const port = await listening(createServer(() => undefined));
    const { gateway } = await startProbeGateway(
      before(`http://127.0.0.1:${port}`).replace('name: s', 'name: s, read_timeout: 50'),
    );
    const answer = await call(gateway.url);
    expect(answer.status).toBe(504);
    expect(answer.json()).toMatchObject({ message: 'The upstream server is timing out' });
  });

  it('but closes is 502, and its request is not sent twice', async () => {
    let connections = 0;
    const port = await listening(
      createTcpServer((socket) => {
        connections += 1;
        socket.once('data', () => socket.destroy());
      }),
    );
    const { gateway } = await startProbeGateway(before(`http://127.0.0.1:${port}`));
    expect((await call(gateway.url, { method: 'POST', body: 'x' })).status).toBe(502);
    expect(connections).toBe(1);
  });

  it('because its name is unknown, or the route has none, is 503', async () => {
    const { gateway } = await startProbeGateway(`
_format_version: "3.0"
services: [{ host: no-such-host.invalid, routes: [{ paths: [/a] }] }]
routes: [{ paths: [/b] }]
`);
    expect((await call(`${gateway.url}/a`)).json()).toMatchObject({ message: 'name resolution failed' });
    expect((await call(`${gateway.url}/b`)).json()).toMatchObject({ message: 'no Service found with those values' });
  });
});

describe('upstreams', () => {
  it('share requests by weight, skip a target that is down, and name their host', async () => {
    const one = await startService();
    const two = await startService();
    const { gateway, records } = await startProbeGateway(`
_format_version: "3.0"
services: [{ host: pool, routes: [{ paths: [/] }] }]
upstreams:
  - name: pool
    host_header: pool.ente.it
    targets:
      - { target: "127.0.0.1:${one.port}", weight: 200 }
      - { target: "127.0.0.1:${two.port}", weight: 100 }
      - { target: "127.0.0.1:1", weight: 100 }
      - { target: "127.0.0.1:2", weight: 0 }
`);
    for (let turn = 0; turn < 6; turn += 1) expect((await call(gateway.url)).status).toBe(200);
    expect(one.seen.length + two.seen.length).toBe(6);
    expect(one.seen.length).toBeGreaterThan(two.seen.length);
    expect(one.seen[0]?.headers.host).toBe('pool.ente.it');
    await eventually(() => records.length === 6);
    const failed = records.find(({ tries }) => (tries as unknown[]).length === 2);
    expect(failed?.['tries']).toMatchObject([{ port: 1, state: 'failed', code: 502 }, { ip: '127.0.0.1' }]);
  });

  it('without a target are 503', async () => {
    const { gateway } = await startProbeGateway(`
_format_version: "3.0"
services: [{ host: pool, routes: [{ paths: [/] }] }]
upstreams: [{ name: pool }]
`);
    const answer = await call(gateway.url);
    expect(answer).toMatchObject({ status: 503 });
    expect(answer.json()).toMatchObject({ message: 'failure to get a peer from the ring-balancer' });
  });
});

describe('what the gateway answers itself', () => {
  it.each([
    ['text/html', 'text/html; charset=utf-8', '<p>no Route matched with those values.</p>'],
    ['text/plain', 'text/plain; charset=utf-8', 'no Route matched with those values\nrequest_id: '],
    ['application/xml;q=0.9, text/html;q=0.1', 'application/xml; charset=utf-8', '<message>no Route matched'],
    ['x/y', 'application/json; charset=utf-8', '"message":"no Route matched with those values"'],
  ])('suits Accept: %s', async (accept, type, text) => {
    const { gateway } = await startProbeGateway('_format_version: "3.0"');
    const answer = await call(gateway.url, { headers: { Accept: accept } });
    expect(answer.headers['content-type']).toBe(type);
    expect(answer.text).toContain(text);
  });

  it('demands or redirects to https where a route takes nothing else', async () => {
    const { gateway } = await startProbeGateway(`
_format_version: "3.0"
services: [{ host: h, routes: [
  { paths: [/a], protocols: [https] },
  { paths: [/b], protocols: [https], https_redirect_status_code: 301 } ] }]
`);
    const demanded = await call(`${gateway.url}/a`);
    expect(demanded.status).toBe(426);
    expect(demanded.json()).toMatchObject({ message: 'Please use HTTPS protocol' });
    expect(demanded.headers).toMatchObject({ upgrade: 'TLS/1.2, HTTP/1.1' });
    const redirected = await call(`${gateway.url}/b/c?d`, { headers: { Host: 'api.ente.it' } });
    expect(redirected).toMatchObject({ status: 301, headers: { location: 'https://api.ente.it/b/c?d' } });
  });

  it('refuses a line longer than nginx takes, and more headers than it holds', async () => {
    const service = await startService();
    const { gateway } = await startProbeGateway(before(service.url));
    const token = (size: number) => call(gateway.url, { headers: { Authorization: 'x'.repeat(size) } });
    expect((await token(8000)).status).toBe(200);
    const refused = await token(8190);
    expect(refused.status).toBe(400);
    expect(refused.json()).toMatchObject({ message: 'Request header or cookie too large' });
    expect((await call(`${gateway.url}/${'x'.repeat(9000)}`)).status).toBe(414);
    const many = Array.from({ length: 5 }, (_, index) => [`X-${index}`, 'x'.repeat(8000)]).flat();
    const overflow = await call(gateway.url, { headers: ['Host', 'h', ...many] });
    expect(overflow.status).toBe(400);
    expect(overflow.json()).toEqual({ message: 'Request header or cookie too large' });
    expect((await call(gateway.url, { headers: ['Host', 'a', 'Host', 'b'] })).status).toBe(400);
    expect(service.seen).toHaveLength(1);
  });

  it('keeps the configuration that a request began with, whatever is loaded meanwhile', async () => {
    let release: (() => void) | undefined;
    const port = await listening(
      createServer((_, answer) => {
        release = () => answer.end('late');
      }),
    );
    const { gateway } = await startProbeGateway(before(`http://127.0.0.1:${port}`));
    const answer = call(gateway.url);
    await eventually(() => release !== undefined);
    await gateway.reload('_format_version: "3.0"');
    expect((await call(gateway.url)).status).toBe(404);
    release?.();
    expect((await answer).text).toBe('late');
  });

  it('lets requests under way end when it closes', async () => {
    let release: (() => void) | undefined;
    const port = await listening(
      createServer((_, answer) => {
        release = () => answer.end('late');
      }),
    );
    const { gateway } = await startProbeGateway(before(`http://127.0.0.1:${port}`));
    const answer = call(gateway.url);
    await eventually(() => release !== undefined);
    const closed = gateway.close();
    release?.();
    expect((await answer).text).toBe('late');
    await closed;
    await expect(call(gateway.url)).rejects.toThrow('ECONNREFUSED');
  });

  it('survives clients that break off: in the body, before the answer, and nonsense', async () => {
    const service = await startService();
    const { gateway, log } = await startProbeGateway(before(service.url));
    const port = gateway.addresses[0]?.port ?? 0;
    const lines = [
      'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\nhalf',
      'GET / HTTP/1.1\r\nHost: h\r\n\r\n',
      'nonsense\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    ];
    for (const line of lines) {
      const socket = connect(port, '127.0.0.1');
      socket.write(line, () => socket.destroy());
      await once(socket, 'close');
    }
    await eventually(() => gateway.stats.inFlight === 0);
    expect((await call(gateway.url)).status).toBe(200);
    expect(log.lines.join('\n')).not.toContain('TypeError');
  });
});
