import { existsSync, readFileSync, statSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  call,
  eventually,
  probe,
  startProbeGateway,
  startService,
  type ProbeGateway,
  type TestService,
} from '../support/embedded-gateway';
import type { Step } from '../support/test-plugin-server';

/** A gateway whose one route runs the given script, before a service. */
async function scripted(
  script: { access?: readonly Step[]; response?: readonly Step[] },
  options: Parameters<typeof startProbeGateway>[1] = {},
): Promise<ProbeGateway & { service: TestService; url: string }> {
  const service = await startService();
  const started = await startProbeGateway(
    `
_format_version: "3.0"
services:
  - name: people
    url: ${service.url}/base
    routes: [{ name: people-v1, paths: ["~/(?<version>v\\\\d+)"], strip_path: false, tags: [t] }]
consumers: [{ username: comune, custom_id: c-1, id: 8a388226-80e8-4027-a486-25e4f7db5d21, tags: [a] }]
plugins: [${probe(script)}]
`,
    options,
  );
  return { ...started, service, url: `${started.gateway.url}/v1` };
}

const notes = (...calls: [note: string, call: string, args?: unknown][]): Step[] => [
  ...calls.map(([note, name, args]) => ({ call: name, args, note })),
  { answer: 200 },
];

describe('kong.request', () => {
  it('answers headers in lower case, a repeated one as a list, bytes as they came', async () => {
    const { url } = await scripted({
      access: notes(
        ['headers', 'kong.request.get_headers', { v: 1000 }],
        ['one', 'kong.request.get_header', { v: 'X_Two' }],
      ),
    });
    const { headers, one } = (
      await call(url, { headers: ['Host', 'h', 'X-Two', 'a', 'x-two', 'b', 'X-Byte', 'caf\u00e9', 'X-Empty', ''] })
    ).json();
    // The script server reads values as UTF-8; a lone E9 is not UTF-8.
    expect(headers).toMatchObject({ host: 'h', 'x-two': ['a', 'b'], 'x-empty': '', 'x-byte': 'caf\ufffd' });
    expect(one).toBe('a');
  });

  it('cuts headers at the number asked for, and refuses a number out of range', async () => {
    const few = await scripted({ access: notes(['headers', 'kong.request.get_headers', { v: 2 }]) });
    const { headers } = (await call(few.url, { headers: ['Host', 'h', 'A', '1', 'B', '2'] })).json();
    expect(headers).toEqual({ host: 'h', a: '1' });
    for (const v of [0, 1001]) {
      const refused = await scripted({ access: notes(['headers', 'kong.request.get_headers', { v }]) });
      expect((await call(refused.url)).status).toBe(500);
      expect(refused.log.lines.join('\n')).toContain('max_headers must be');
    }
  });

  it('answers what the request line said', async () => {
    const { url, gateway } = await scripted({
      access: notes(
        ['method', 'kong.request.get_method'],
        ['path', 'kong.request.get_path'],
        ['pathWithQuery', 'kong.request.get_path_with_query'],
        ['query', 'kong.request.get_raw_query'],
        ['table', 'kong.request.get_query', { v: 10 }],
        ['argument', 'kong.request.get_query_arg', { v: 'a' }],
        ['scheme', 'kong.request.get_scheme'],
        ['host', 'kong.request.get_host'],
        ['port', 'kong.request.get_port'],
        ['version', 'kong.request.get_http_version'],
        ['captures', 'kong.request.get_uri_captures'],
      ),
    });
    const answer = await call(`${url}//x%2fy/./z?a=1&a=2%20&b`, { method: 'PUT', headers: { Host: 'api.ente.it:99' } });
    expect(answer.json()).toMatchObject({
      method: 'PUT',
      path: '/v1/x%2Fy/z',
      pathWithQuery: '/v1//x%2fy/./z?a=1&a=2%20&b',
      query: 'a=1&a=2%20&b',
      table: { a: ['1', '2 '], b: true },
      argument: '1',
      scheme: 'http',
      host: 'api.ente.it',
      port: gateway.addresses[0]?.port,
      version: 1.1,
      captures: { unnamed: ['v1'] },
    });
  });

  it.each([0, 1, 8192])('hands a body of %d bytes over inline', async (size) => {
    const { url } = await scripted({ access: notes(['body', 'kong.request.get_raw_body']) });
    const body = Buffer.alloc(size, 'x');
    expect((await call(url, { method: 'POST', body })).json()).toEqual({ body: { content: body.toString() } });
  });

  it('hands a larger body over as a private file, which is gone afterwards, and still proxies it', async () => {
    const { url, plugins, service } = await scripted({ access: [{ call: 'kong.request.get_raw_body', note: 'body' }] });
    const body = Buffer.alloc(3_000_000, 'abc');
    let seenFile: { mode: number; digest: string } | undefined;
    let path = '';
    plugins.onResult = (result) => {
      path = (result as { body_filepath: string }).body_filepath;
      const { mode } = statSync(path);
      seenFile = { mode: mode & 0o777, digest: createHash('sha256').update(readFileSync(path)).digest('hex') };
    };
    expect((await call(url, { method: 'POST', body })).status).toBe(200);
    expect(seenFile).toEqual({ mode: 0o600, digest: createHash('sha256').update(body).digest('hex') });
    expect(service.seen[0]?.body.equals(body)).toBe(true);
    await eventually(() => !existsSync(path));
  });
});

describe('kong.nginx, kong.client, kong.router', () => {
  it('answer nginx variables, and nothing for an unknown one', async () => {
    const names = [
      'kong_request_id',
      'remote_addr',
      'scheme',
      'host',
      'request_method',
      'request_uri',
      'server_port',
      'http_x_a',
      'http_x_gone',
      'ssl_client_raw_cert',
      'no_such',
    ];
    const { url, gateway } = await scripted({
      access: [
        { call: 'kong.service.request.set_headers', args: { 'X-A': 'changed' } },
        { call: 'kong.service.request.clear_header', args: { v: 'X-Gone' } },
        ...notes(...names.map((name): [string, string, unknown] => [name, 'kong.nginx.get_var', { v: name }])),
      ],
    });
    const answer = await call(`${url}?q`, { headers: { Host: 'Api.Ente.it', 'X-A': 'sent', 'X-Gone': 'x' } });
    expect(answer.json()).toEqual({
      kong_request_id: answer.headers['x-kong-request-id'],
      remote_addr: '127.0.0.1',
      scheme: 'http',
      host: 'api.ente.it',
      request_method: 'GET',
      request_uri: '/v1?q',
      server_port: String(gateway.addresses[0]?.port),
      http_x_a: 'changed',
      http_x_gone: null,
      ssl_client_raw_cert: null,
      no_such: null,
    });
    expect(answer.headers['x-kong-request-id']).toMatch(/^[0-9a-f]{32}$/);
  });

  it('find consumers, route and service', async () => {
    const { url } = await scripted({
      access: notes(
        ['byName', 'kong.client.load_consumer', { id: 'comune', by_username: true }],
        ['byId', 'kong.client.load_consumer', { id: '8a388226-80e8-4027-a486-25e4f7db5d21' }],
        ['notByName', 'kong.client.load_consumer', { id: 'comune' }],
        ['none', 'kong.client.get_consumer'],
        ['route', 'kong.router.get_route'],
        ['service', 'kong.router.get_service'],
      ),
    });
    const found = { id: '8a388226-80e8-4027-a486-25e4f7db5d21', username: 'comune', custom_id: 'c-1', tags: ['a'] };
    expect((await call(url)).json()).toMatchObject({
      byName: found,
      byId: found,
      notByName: {},
      none: {},
      route: { name: 'people-v1', paths: ['~/(?<version>v\\d+)'], tags: ['t'] },
      service: { name: 'people', path: '/base', retries: 5 },
    });
  });
});

describe('kong.ctx.shared', () => {
  it("loses what Kong's conversion loses", async () => {
    const given = {
      text: 'è',
      number: 1.5,
      yes: true,
      no: false,
      list: [1, 'a', [true]],
      cut: [1, false, 2],
      empty: [],
      nothing: null,
    };
    const { url } = await scripted({
      access: [
        { call: 'kong.ctx.shared.set', args: { k: 'mine', v: given } },
        ...notes(['mine', 'kong.ctx.shared.get', { v: 'mine' }], ['unset', 'kong.ctx.shared.get', { v: 'other' }]),
      ],
    });
    expect((await call(url)).json()).toEqual({
      mine: { text: 'è', number: 1.5, yes: true, list: [1, 'a', [true]], cut: [1], empty: {}, nothing: 'NULL_VALUE' },
      unset: null,
    });
  });

  it('is emptied by false and by nothing', async () => {
    const { url } = await scripted({
      access: [
        { call: 'kong.ctx.shared.set', args: { k: 'a', v: 'x' } },
        { call: 'kong.ctx.shared.set', args: { k: 'a', v: false } },
        ...notes(['a', 'kong.ctx.shared.get', { v: 'a' }]),
      ],
    });
    expect((await call(url)).json()).toEqual({ a: null });
  });
});

describe('kong.service.request', () => {
  it('sets, repeats and clears headers', async () => {
    const { url, service } = await scripted({
      access: [
        {
          call: 'kong.service.request.set_headers',
          args: { 'X-One': '1', 'X-Empty': '', 'X-Many': ['a', 'b'], 'X-Gone': [], 'X-Number': 7 },
        },
        { call: 'kong.service.request.add_header', args: { k: 'X-One', v: '2' } },
        { call: 'kong.service.request.set_header', args: { k: 'x-two', v: 'new' } },
        { call: 'kong.service.request.clear_header', args: { v: 'x-three' } },
      ],
    });
    await call(url, { headers: { 'X-Gone': 'secret', 'X-Two': 'old', 'X-Three': 'old', Authorization: 'kept' } });
    const [seen] = service.seen;
    expect(seen?.headers).toMatchObject({
      'x-one': '1, 2',
      'x-many': 'a, b',
      'x-number': '7',
      'x-two': 'new',
      authorization: 'kept',
    });
    expect(seen?.headers['x-empty']).toBe('');
    expect(seen?.headers).not.toHaveProperty('x-gone');
    expect(seen?.headers).not.toHaveProperty('x-three');
  });

  it('cannot be made to break the header block', async () => {
    const { url, service } = await scripted({
      access: [{ call: 'kong.service.request.set_headers', args: { 'X-A': 'a\r\nX-Injected: 1', 'X B\r\nX-C': 'v' } }],
    });
    await call(url);
    expect(service.seen[0]?.headers['x-a']).toBe('a%0D%0AX-Injected: 1');
    expect(service.seen[0]?.headers).not.toHaveProperty('x-injected');
    expect(service.seen[0]?.headers).not.toHaveProperty('x-c');
  });

  it('changes where the request goes, how, and with what', async () => {
    const { url, service } = await scripted({
      access: [
        { call: 'kong.service.request.set_path', args: { v: '/else%20where è' } },
        { call: 'kong.service.request.set_query', args: { b: ['1', '2'], a: 'x y' } },
        { call: 'kong.service.request.set_method', args: { v: 'PATCH' } },
        { call: 'kong.service.request.set_raw_body', args: { v: 'replaced' } },
        { call: 'kong.service.request.set_header', args: { k: 'Host', v: 'other.ente.it' } },
      ],
    });
    await call(url, { method: 'POST', body: 'original' });
    expect(service.seen[0]).toMatchObject({ method: 'PATCH', url: '/else%20where%20%E8?a=x%20y&b=1&b=2' });
    expect(service.seen[0]?.body.toString()).toBe('replaced');
    expect(service.seen[0]?.headers).toMatchObject({ host: 'other.ente.it', 'content-length': '8' });
  });
});

describe('kong.log', () => {
  it('puts values into the record, below dots, over what is there', async () => {
    const { url, records } = await scripted({
      access: [
        { call: 'kong.log.set_serialize_value', args: { k: 'modi', v: { outcome: 'accepted', ids: ['a'] } } },
        { call: 'kong.log.set_serialize_value', args: { k: 'modi.more.deep', v: 1 } },
        { call: 'kong.log.set_serialize_value', args: { k: 'request.headers.agid-jwt-signature', v: 'REDACTED' } },
        { call: 'kong.log.set_serialize_value', args: { k: 'service.name', v: 'renamed' } },
        { call: 'kong.service.request.set_headers', args: { 'X-ModI-Client': 'c', 'X-Hidden': [] } },
      ],
    });
    const headers = {
      Authorization: 'Bearer x',
      'Proxy-Authorization': 'y',
      'Agid-JWT-Signature': 'z',
      'X-Hidden': '1',
    };
    await call(`${url}?a=1`, { headers });
    await call(url);
    await eventually(() => records.length === 2);
    const [record, next] = records;
    expect(record).toMatchObject({
      modi: { outcome: 'accepted', ids: ['a'], more: { deep: 1 } },
      request: {
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        method: 'GET',
        uri: '/v1?a=1',
        querystring: { a: '1' },
        headers: {
          authorization: 'REDACTED',
          'proxy-authorization': 'REDACTED',
          'agid-jwt-signature': 'REDACTED',
          'x-modi-client': 'c',
        },
      },
      response: { status: 200, headers: { 'content-type': 'text/plain' } },
      latencies: { kong: expect.any(Number), proxy: expect.any(Number), request: expect.any(Number) },
      route: { name: 'people-v1', service: { id: expect.any(String) } },
      service: { name: 'renamed', host: '127.0.0.1' },
      client_ip: '127.0.0.1',
      upstream_status: '200',
      upstream_uri: '/base/v1?a=1',
      tries: [{ ip: '127.0.0.1' }],
      source: 'upstream',
      started_at: expect.any(Number),
      workspace: expect.any(String),
    });
    expect(record?.['request']).not.toHaveProperty('headers.x-hidden');
    // What one request changed in its record is not in the next one's.
    expect(next?.['service']).toMatchObject({ name: 'renamed' });
    expect(next?.['request']).not.toHaveProperty('headers.authorization');
  });

  it('that would go below what is no table is told, and the gateway lives on', async () => {
    const { url, log, gateway } = await scripted({
      access: [{ call: 'kong.log.set_serialize_value', args: { k: 'request.method.x', v: 1 } }],
    });
    expect((await call(url)).status).toBe(200);
    await eventually(() => log.lines.some((line) => line.includes('cannot go below method')));
    expect((await call(url)).status).toBe(200);
    await eventually(() => gateway.stats.inFlight === 0);
  });

  it('writes lines for the operator, with the plugin and the request id', async () => {
    const { url, log } = await scripted({
      access: [{ call: 'kong.log.err', args: { values: ['went ', 7, ' wrong'] } }],
    });
    const answer = await call(url);
    expect(log.lines).toContain(
      `error [probe] went 7 wrong, request_id: ${String(answer.headers['x-kong-request-id'])}`,
    );
  });
});

describe('what Kong refuses to a plugin ends the event with 500', () => {
  it.each<[string, Step[], string]>([
    ['an unknown method', [{ call: 'kong.vault.get' }], 'method "kong.vault.get" not found'],
    ['a method of another phase', [{ call: 'kong.service.response.get_status' }], 'cannot be called in access phase'],
    ['a status that is none', [{ call: 'kong.response.exit', args: { status: 99 } }], 'code must be a number'],
    [
      'a table as header value',
      [{ call: 'kong.service.request.set_headers', args: { a: { b: 'c' } } }],
      'invalid header value',
    ],
    [
      'a number in a list of values',
      [{ call: 'kong.service.request.set_headers', args: { a: ['x', 1] } }],
      'expected string',
    ],
    ['a relative path', [{ call: 'kong.service.request.set_path', args: { v: 'x' } }], 'path must start with /'],
    ['an empty authenticate', [{ call: 'kong.client.authenticate' }], 'either credential or consumer'],
    ['arguments that cannot be decoded', [{ call: 'kong.nginx.get_var', raw: 'ff' }], ''],
  ])('%s', async (_, access, message) => {
    const { url, log, service, gateway } = await scripted({ access });
    const answer = await call(url);
    expect(answer.status).toBe(500);
    expect(answer.json()).toEqual({
      message: 'An unexpected error occurred',
      request_id: answer.headers['x-kong-request-id'],
    });
    expect(log.lines.filter((line) => line.startsWith('error')).join('\n')).toContain(message);
    expect(service.seen).toHaveLength(0);
    expect(gateway.stats.failures).toBe(1);
  });
});
