import { gzipSync } from 'node:zlib';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { call, eventually, probe, probeEntry, startProbeGateway, startService } from '../support/embedded-gateway';

describe('the response phase', () => {
  const withResponse = (url: string, ...steps: unknown[]): string => `
_format_version: "3.0"
services: [{ url: "${url}", routes: [{ paths: [/] }] }]
plugins: [${probe({ response: steps as never })}]
`;

  it('sees the whole answer of the service, compressed if it came so, and may add to it', async () => {
    const service = await startService();
    const body = gzipSync('answer'.repeat(10_000));
    service.answer = () => ({
      status: 201,
      headers: { 'Content-Encoding': 'gzip', 'X-Service': 's', 'Set-Cookie': ['a', 'b'] },
      body,
    });
    const { gateway, plugins } = await startProbeGateway(
      withResponse(
        service.url,
        { call: 'kong.service.response.get_raw_body', note: 'body' },
        { call: 'kong.service.response.get_status', note: 'status' },
        { call: 'kong.response.get_status', note: 'own' },
        { call: 'kong.response.get_headers', args: { v: 100 }, note: 'headers' },
        { call: 'kong.service.response.get_headers', args: { v: 100 }, note: 'service headers' },
        { call: 'kong.service.response.get_header', args: { v: 'x-service' }, note: 'header' },
        { call: 'kong.response.set_headers', args: { 'X-Signed': 'yes', 'X-Service': [] } },
      ),
    );
    const results: unknown[] = [];
    plugins.onResult = (result) => results.push(result);
    const answer = await call(gateway.url);
    expect(answer.body.equals(body)).toBe(true);
    expect(answer).toMatchObject({
      status: 201,
      headers: { 'x-signed': 'yes', 'content-encoding': 'gzip', 'set-cookie': ['a', 'b'] },
    });
    expect(answer.headers).not.toHaveProperty('x-service');
    const [raw, status, own, headers, none, header] = results;
    expect(Buffer.from(raw as string, 'latin1').equals(body)).toBe(true);
    expect([status, own, header]).toEqual([201, 201, 's']);
    expect(headers).toMatchObject({ 'x-service': 's', 'set-cookie': ['a', 'b'], 'content-type': 'text/plain' });
    // As Kong 3.9: the service's headers can be asked for by name only.
    expect(none).toEqual({});
  });

  it('replaces status and body by exit, and keeps what it does not clear', async () => {
    const service = await startService();
    service.answer = () => ({ headers: { 'Content-Encoding': 'br', 'X-Kept': '1', 'X-Cleared': '1' } });
    const { gateway } = await startProbeGateway(
      withResponse(
        service.url,
        { call: 'kong.response.clear_header', args: { v: 'X-Cleared' } },
        { call: 'kong.response.exit', args: { status: 502, body: 'unsigned', headers: { 'Content-Type': 'text/x' } } },
      ),
    );
    const answer = await call(gateway.url);
    expect(answer).toMatchObject({ status: 502, text: 'unsigned' });
    expect(answer.headers).toMatchObject({
      'content-length': '8',
      'content-type': 'text/x',
      'content-encoding': 'br',
      'x-kept': '1',
    });
    expect(answer.headers).not.toHaveProperty('x-cleared');
  });

  it('does not run for a status that Kong cannot set: 500, and nothing of the answer', async () => {
    const service = await startService();
    service.answer = () => ({ status: 700, headers: { 'X-Service': 's' } });
    const { gateway, plugins } = await startProbeGateway(
      withResponse(service.url, { call: 'kong.response.get_status', note: 'status' }),
    );
    const results: unknown[] = [];
    plugins.onResult = (result) => results.push(result);
    const answer = await call(gateway.url);
    expect([answer.status, results]).toEqual([500, []]);
    expect(answer.headers).not.toHaveProperty('x-service');
  });

  it.each([
    ['HEAD', 200, { 'Content-Length': '5' }, '5'],
    ['GET', 204, {}, undefined],
    ['GET', 304, {}, undefined],
    ['GET', 500, { 'Content-Length': '5' }, '5'],
  ])('runs for %s answered %d', async (method, status, headers, length) => {
    const service = await startService();
    service.answer = () => ({ status, headers });
    const { gateway } = await startProbeGateway(
      withResponse(service.url, { call: 'kong.response.set_headers', args: { 'X-Ran': '1' } }),
    );
    const answer = await call(gateway.url, { method });
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({ 'x-ran': '1' });
    expect(answer.headers['content-length']).toBe(length);
    expect(answer.text).toBe(status === 500 ? 'hello' : '');
  });

  it('does not run when Kong itself answers: no service, and a service that breaks off', async () => {
    const steps = { call: 'kong.response.set_headers', args: { 'X-Ran': '1' } };
    const nobody = await startProbeGateway(withResponse('http://127.0.0.1:1', steps));
    const refused = await call(nobody.gateway.url);
    expect(refused.status).toBe(502);
    expect(refused.json()).toMatchObject({ message: 'An invalid response was received from the upstream server' });
    expect(refused.headers).not.toHaveProperty('x-ran');

    const breaking = createServer((_, answer) => {
      answer.writeHead(200, { 'Content-Length': 10 });
      answer.write('half', () => answer.destroy());
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void breaking.close());
    await once(breaking, 'listening');
    const { port } = breaking.address() as AddressInfo;
    const { gateway } = await startProbeGateway(withResponse(`http://127.0.0.1:${port}`, steps));
    const broken = await call(gateway.url);
    expect(broken.status).toBe(502);
    expect(broken.headers).not.toHaveProperty('x-ran');
  });

  it('that fails is a 500, not the answer of the service', async () => {
    const service = await startService();
    const { gateway } = await startProbeGateway(withResponse(service.url, { call: 'no.such.method' }));
    const answer = await call(gateway.url);
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('hello');
  });
});

describe('the order of plugins', () => {
  it('is by priority in every phase; after an exit the others do not run, log plugins do', async () => {
    const service = await startService();
    const other = await startProbeGateway('_format_version: "3.0"');
    const socket = other.plugins.socketPath;
    const shared = (label: string) => [{ call: 'kong.request.get_header', args: { v: label } }];
    const { gateway, records, plugins } = await startProbeGateway(
      `
_format_version: "3.0"
services: [{ url: "${service.url}", routes: [{ paths: [/] }] }]
plugins:
  - ${probe({ access: shared('low'), response: shared('low-answer') }, 'low')}
  - ${probe({ access: [...shared('high'), { call: 'kong.nginx.get_var', args: { v: 'http_x_stop' } }], response: shared('high-answer') }, 'high')}
  - ${probe({ access: shared('middle') }, 'middle')}
  - { name: request-termination, config: { status_code: 418, trigger: x-stop } }
`,
      {
        pluginServers: [
          probeEntry('low', socket, ['access', 'response'], 1),
          probeEntry('high', socket, ['access', 'response'], 3000),
          probeEntry('middle', socket, ['access'], 500),
        ],
      },
    );
    expect(plugins).toBeDefined();
    await call(gateway.url);
    const { events } = other.plugins;
    expect(other.plugins.order).toEqual([
      'high access',
      'middle access',
      'low access',
      'high response',
      'low response',
    ]);
    events.length = 0;
    other.plugins.order.length = 0;
    expect((await call(gateway.url, { headers: { 'X-Stop': '1' } })).status).toBe(418);
    // request-termination has priority 2: only the plugin below it is skipped, and every response phase.
    expect(other.plugins.order).toEqual(['high access', 'middle access']);
    await eventually(() => records.length === 2);
    expect(records[1]).toMatchObject({ response: { status: 418 }, source: 'kong', upstream_uri: '/' });
  });

  it('runs the narrowest configuration of each plugin, once; the consumer counts from when it is known', async () => {
    const service = await startService();
    const { gateway, plugins } = await startProbeGateway(`
_format_version: "3.0"
services:
  - { name: plain, url: "${service.url}" }
  - name: s
    url: ${service.url}
    plugins: [${probe({ label: 'service' })}]
    routes:
      - paths: [/route]
        plugins: [${probe({ label: 'route' })}]
      - paths: [/service]
      - paths: [/disabled]
        plugins: [${probe({ label: 'off' }).replace('{', '{"enabled":false,')}]
routes: [{ paths: [/none], service: plain }]
plugins: [${probe({ label: 'global' })}]
`);
    for (const path of ['route', 'service', 'disabled', 'none']) await call(`${gateway.url}/${path}`);
    expect(plugins.started.map(({ config }) => config['label'])).toEqual(['route', 'service', 'global']);
    expect(plugins.order).toHaveLength(8);
  });

  it('lets authenticate decide which configuration of a later plugin applies', async () => {
    const service = await startService();
    const consumer = { id: '8a388226-80e8-4027-a486-25e4f7db5d21', username: 'comune' };
    const { gateway, records } = await startProbeGateway(`
_format_version: "3.0"
services: [{ url: "${service.url}", routes: [{ paths: [/] }] }]
consumers:
  - { username: comune, id: ${consumer.id}, plugins: [{ name: request-termination, config: { status_code: 410 } }] }
plugins:
  - ${probe({ access: [{ call: 'kong.client.authenticate', args: { consumer, credential: { id: 'cred', consumer_id: consumer.id } } }] })}
  - { name: request-termination, config: { status_code: 411 } }
`);
    expect((await call(gateway.url)).status).toBe(410);
    await eventually(() => records.length === 1);
    expect(records[0]).toMatchObject({ consumer, authenticated_entity: { id: 'cred', consumer_id: consumer.id } });
  });
});

describe('a log phase of a plugin server', () => {
  it('runs after the answer, and its failure hurts nobody', async () => {
    const service = await startService();
    const { gateway, plugins, log } = await startProbeGateway(
      `
_format_version: "3.0"
services: [{ url: "${service.url}", routes: [{ paths: [/] }] }]
plugins: [${probe({
        log: [
          { call: 'kong.log.serialize', note: 'record' },
          { call: 'kong.response.exit', args: { status: 200 } },
        ],
      })}]
`,
      { phases: ['access', 'log'] },
    );
    const results: string[] = [];
    plugins.onResult = (result) => results.push(result as string);
    expect((await call(gateway.url)).status).toBe(200);
    await eventually(() => results.length === 1 && log.lines.some((line) => line.includes('cannot exit in log phase')));
    expect(JSON.parse(results[0] ?? '')).toMatchObject({ response: { status: 200 } });
  });
});

describe('the cross-request leak of a real Kong, on demand', () => {
  const config = (url: string): string => `
_format_version: "3.0"
services: [{ url: "${url}", routes: [{ paths: [/] }] }]
plugins:
  - ${probe({
    access: [{ call: 'kong.request.get_header', args: { v: 'x-who' }, note: 'who' }],
    response: [
      { call: 'kong.request.get_header', args: { v: 'x-who' }, note: 'who' },
      { call: 'kong.response.get_status', note: 'status' },
      { call: 'kong.nginx.get_var', args: { v: 'http_x_who' }, note: 'variable' },
    ],
  })}
`;

  it.each([
    [true, ['first', 'first', 200, 'first', 'second', 'first', 200, 'second']],
    [false, ['first', 'first', 200, 'first', 'second', 'second', 404, 'second']],
  ])('fault %s', async (crossRequestLeak, expected) => {
    const service = await startService();
    service.answer = ({ headers }) => ({ status: headers['x-who'] === 'second' ? 404 : 200 });
    const { gateway, plugins, records } = await startProbeGateway(config(service.url), {
      faults: { crossRequestLeak },
    });
    const results: unknown[] = [];
    plugins.onResult = (result) => results.push(result);
    await call(gateway.url, { headers: { 'X-Who': 'first' } });
    await eventually(() => records.length === 1);
    await call(gateway.url, { headers: { 'X-Who': 'second' } });
    expect(results).toEqual(expected);
  });
});
