import { createServer } from 'node:http';
import { once } from 'node:events';
import { renameSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { call, eventually, probe, startProbeGateway, startService, type Answer } from '../support/embedded-gateway';
import { tempFolder } from '../support/temp';

const COMUNE = '8a388226-80e8-4027-a486-25e4f7db5d21';

async function route(plugins: string, options: Parameters<typeof startProbeGateway>[1] = {}, consumers = '') {
  const service = await startService();
  const started = await startProbeGateway(
    `
_format_version: "3.0"
services: [{ name: s, url: "${service.url}", routes: [{ paths: [/] }] }]
plugins: [${plugins}]
${consumers}
`,
    options,
  );
  return { ...started, service, url: started.gateway.url };
}

const shared = (k: string, v: unknown) => ({ call: 'kong.ctx.shared.set', args: { k, v } });
const authenticate = (consumer: object | undefined, credential: object | undefined) => ({
  call: 'kong.client.authenticate',
  args: { ...(consumer ? { consumer } : {}), ...(credential ? { credential } : {}) },
});
const consumers = `consumers: [{ username: comune, id: ${COMUNE}, acls: [{ group: modi }, { group: b }] }, { username: bare, id: 1f4e4ccd-3ba6-4b4c-8d1b-2d4e1f3ca111 }]`;
const acl = (config: string): string => `{ name: acl, config: ${config} }`;

describe('acl', () => {
  it.each<[string, string, unknown[], number, string | undefined]>([
    ['a group of the context', '{ allow: [modi] }', [shared('authenticated_groups', ['a', 'modi'])], 200, 'a, modi'],
    ['another group of the context', '{ allow: [modi] }', [shared('authenticated_groups', ['a'])], 403, undefined],
    ['no group in the context', '{ allow: [modi] }', [shared('authenticated_groups', [])], 403, undefined],
    ['a text instead of groups', '{ allow: [modi] }', [shared('authenticated_groups', 'modi')], 401, undefined],
    ['nobody', '{ allow: [modi] }', [], 401, undefined],
    ['nobody, even where only some are denied', '{ deny: [bad] }', [], 401, undefined],
    ['a denied group of the context', '{ deny: [bad] }', [shared('authenticated_groups', ['bad'])], 403, undefined],
    ['a group that is not denied', '{ deny: [bad] }', [shared('authenticated_groups', ['a'])], 200, 'a'],
    ['a consumer of the group', '{ allow: [modi] }', [authenticate({ id: COMUNE }, { id: 'c' })], 200, 'modi, b'],
    ['a consumer of another group', '{ allow: [x] }', [authenticate({ id: COMUNE }, { id: 'c' })], 403, undefined],
    [
      'a consumer without groups',
      '{ allow: [modi] }',
      [authenticate({ id: '1f4e4ccd-3ba6-4b4c-8d1b-2d4e1f3ca111' }, { id: 'c' })],
      403,
      undefined,
    ],
    ['a consumer made up', '{ allow: [modi] }', [authenticate({ id: 'virtual' }, { id: 'c' })], 403, undefined],
    [
      'a consumer without groups where only some are denied',
      '{ deny: [bad] }',
      [authenticate({ id: '1f4e4ccd-3ba6-4b4c-8d1b-2d4e1f3ca111' }, { id: 'c' })],
      200,
      '',
    ],
    ['a credential alone', '{ allow: [modi] }', [authenticate(undefined, { id: 'c' })], 403, undefined],
    [
      "a consumer by its own groups, not the context's",
      '{ allow: [ctx] }',
      [shared('authenticated_groups', ['ctx']), authenticate({ id: COMUNE }, { id: 'c' })],
      403,
      undefined,
    ],
    [
      "the context's groups over the consumer's on request",
      '{ allow: [ctx], always_use_authenticated_groups: true }',
      [shared('authenticated_groups', ['ctx']), authenticate({ id: COMUNE }, { id: 'c' })],
      200,
      'ctx',
    ],
    [
      'without telling the service',
      '{ allow: [modi], hide_groups_header: true }',
      [shared('authenticated_groups', ['modi'])],
      200,
      undefined,
    ],
  ])('%s', async (_, config, access, status, groups) => {
    const { url, service } = await route(`${probe({ access: access as never })}, ${acl(config)}`, {}, consumers);
    const answer = await call(url);
    expect(answer.status).toBe(status);
    if (status === 401) expect(answer.json()).toMatchObject({ message: 'Unauthorized' });
    if (status === 403) expect(answer.json()).toMatchObject({ message: 'You cannot consume this service' });
    const headers = service.seen[0]?.headers;
    expect(headers?.['x-consumer-groups'] ?? headers?.['x-authenticated-groups']).toBe(groups);
  });

  it('compares names as they are written, in any script', async () => {
    const { url } = await route(
      `${probe({ access: [shared('authenticated_groups', ['città'])] as never })}, ${acl('{ allow: ["città"] }')}`,
    );
    expect((await call(url)).status).toBe(200);
  });
});

describe('rate-limiting', () => {
  const START = Date.UTC(2026, 4, 31, 23, 59, 30);
  const clock = () => {
    const time = { now: START };
    return { time, options: { now: () => time.now } };
  };
  const headersOf = ({ headers }: Answer): Record<string, unknown> =>
    Object.fromEntries(Object.entries(headers).filter(([name]) => /ratelimit|retry/.test(name)));

  it('counts down, refuses, and starts again with the next window', async () => {
    const { time, options } = clock();
    const { url } = await route('{ name: rate-limiting, config: { minute: 2, hour: 5, limit_by: ip } }', options);
    expect(headersOf(await call(url))).toEqual({
      'x-ratelimit-limit-minute': '2',
      'x-ratelimit-remaining-minute': '1',
      'x-ratelimit-limit-hour': '5',
      'x-ratelimit-remaining-hour': '4',
      'ratelimit-limit': '2',
      'ratelimit-remaining': '1',
      'ratelimit-reset': '30',
    });
    expect((await call(url)).status).toBe(200);
    const refused = await call(url);
    expect(refused.status).toBe(429);
    expect(refused.json()).toMatchObject({ message: 'API rate limit exceeded' });
    expect(headersOf(refused)).toMatchObject({
      'retry-after': '30',
      'ratelimit-remaining': '0',
      'x-ratelimit-remaining-hour': '3',
    });
    time.now += 30_000;
    expect((await call(url)).status).toBe(200);
  });

  it('ends day, month and year by the calendar', async () => {
    const { time, options } = clock();
    const { url } = await route('{ name: rate-limiting, config: { month: 1, year: 2, limit_by: ip } }', options);
    expect((await call(url)).status).toBe(200);
    expect((await call(url)).status).toBe(429);
    time.now += 30_000;
    expect((await call(url)).status).toBe(200);
    time.now = Date.UTC(2026, 11, 31);
    expect((await call(url)).status).toBe(429);
    time.now = Date.UTC(2027, 0, 1);
    expect((await call(url)).status).toBe(200);
  });

  it('counts consumers apart, also one made up for the request', async () => {
    const one = (id: string) =>
      probe({ access: [authenticate({ id, username: id }, { id: `${id}-credential` })] as never });
    const service = await startService();
    const { gateway } = await startProbeGateway(`
_format_version: "3.0"
services:
  - url: ${service.url}
    plugins: [{ name: rate-limiting, config: { hour: 1, limit_by: consumer } }]
    routes:
      - { paths: [/a], plugins: [${one('a')}] }
      - { paths: [/b], plugins: [${one('b')}] }
      - { paths: [/c] }
`);
    const statuses = async (path: string) => [
      (await call(`${gateway.url}${path}`)).status,
      (await call(`${gateway.url}${path}`)).status,
    ];
    expect(await statuses('/a')).toEqual([200, 429]);
    expect(await statuses('/b')).toEqual([200, 429]);
    expect(await statuses('/c')).toEqual([200, 429]);
  });

  it('counts by header, by path and by service, and hides what it counts', async () => {
    const { url } = await route(
      '{ name: rate-limiting, config: { hour: 1, limit_by: header, header_name: X-Key, hide_client_headers: true, error_code: 503, error_message: slow down } }',
    );
    expect(headersOf(await call(url, { headers: { 'X-Key': 'a' } }))).toEqual({});
    expect((await call(url, { headers: { 'X-Key': 'b' } })).status).toBe(200);
    const refused = await call(url, { headers: { 'X-Key': 'a' } });
    expect(refused.status).toBe(503);
    expect(refused.json()).toMatchObject({ message: 'slow down' });
    const byPath = await route('{ name: rate-limiting, config: { hour: 1, limit_by: path, path: /x } }');
    expect((await call(`${byPath.url}/x`)).status).toBe(200);
    expect((await call(`${byPath.url}/x`)).status).toBe(429);
    expect((await call(`${byPath.url}/y`)).status).toBe(200);
    const byService = await route('{ name: rate-limiting, config: { hour: 1, limit_by: service } }');
    expect((await call(`${byService.url}/x`)).status).toBe(200);
    expect((await call(`${byService.url}/y`)).status).toBe(429);
  });
});

describe('correlation-id', () => {
  it('gives an id, keeps one that came, tells client, service and log', async () => {
    const { url, service, records } = await route('{ name: correlation-id, config: { echo_downstream: true } }');
    const first = await call(url);
    const second = await call(url, { headers: { 'Kong-Request-ID': 'mine' } });
    const third = await call(url);
    expect(first.headers['kong-request-id']).toMatch(/^[0-9a-f-]{36}#1$/);
    expect(third.headers['kong-request-id']).toMatch(/#2$/);
    expect(second.headers['kong-request-id']).toBe('mine');
    expect(service.seen.map(({ headers }) => headers['kong-request-id'])).toEqual([
      first.headers['kong-request-id'],
      'mine',
      third.headers['kong-request-id'],
    ]);
    await eventually(() => records.length === 3);
    expect(records[1]).toMatchObject({ correlation_id: 'mine' });
  });

  it.each([
    ['uuid', /^[0-9a-f-]{36}$/],
    ['tracker', /^127\.0\.0\.1-\d+-\d+-\d+-1-\d+\.\d{3}$/],
  ])('generates by %s, silently unless told to echo', async (generator, expected) => {
    const { url, service } = await route(
      `{ name: correlation-id, config: { generator: ${generator}, header_name: X-Id } }`,
    );
    expect((await call(url)).headers).not.toHaveProperty('x-id');
    expect(service.seen[0]?.headers['x-id']).toMatch(expected);
  });

  it('echoes on an answer of the gateway as well', async () => {
    const { url } = await route(
      '{ name: correlation-id, config: { echo_downstream: true } }, { name: request-termination }',
    );
    expect((await call(url)).headers['kong-request-id']).toMatch(/#1$/);
  });
});

describe('request-termination', () => {
  it.each([
    ['{}', 503, '{"message":"Service unavailable"}', 'application/json; charset=utf-8'],
    ['{ status_code: 200, message: "è qui" }', 200, '{"message":"è qui"}', 'application/json; charset=utf-8'],
    ['{ status_code: 204 }', 204, '', undefined],
    ['{ body: "<a/>", content_type: text/xml }', 503, '<a/>', 'text/xml'],
  ])('%s', async (config, status, text, type) => {
    const { url, service } = await route(`{ name: request-termination, config: ${config} }`);
    const answer = await call(url);
    expect(answer).toMatchObject({ status, text });
    expect(answer.headers['content-type']).toBe(type);
    expect(service.seen).toHaveLength(0);
  });

  it('echoes the request, when triggered', async () => {
    const { url } = await route(
      '{ name: request-termination, config: { echo: true, trigger: X-Echo, status_code: 404 } }',
    );
    expect((await call(url)).status).toBe(200);
    const echoed = await call(`${url}/p?X-Echo=1`, { method: 'POST', body: 'abc' });
    expect(echoed.json()).toMatchObject({
      message: 'Not found',
      request: { method: 'POST', path: '/p', raw_body: 'abc', query: { 'X-Echo': '1' } },
      matched_service: { name: 's' },
    });
  });
});

describe('file-log', () => {
  it('appends a line per request, byte for byte, and follows a rotation when it reopens', async () => {
    const file = join(tempFolder(), 'access.log');
    const { url, records } = await route(`{ name: file-log, config: { path: ${file}, reopen: true } }`);
    await call(url, { headers: { 'X-Byte': 'caf\u00e9' } });
    await eventually(() => records.length === 1);
    renameSync(file, `${file}.1`);
    await call(url);
    await eventually(() => records.length === 2);
    const rotated = readFileSync(`${file}.1`);
    expect(rotated.toString('latin1')).toContain('"x-byte":"caf\u00e9"');
    expect(rotated.toString('latin1').trim().split('\n')).toHaveLength(1);
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(1);
  });

  it('that cannot be written is told, and hurts nobody', async () => {
    const { url, log } = await route('{ name: file-log, config: { path: /no/such/folder/log } }');
    expect((await call(url)).status).toBe(200);
    await eventually(() => log.lines.some((line) => line.includes('[file-log] ENOENT')));
  });
});

describe('http-log', () => {
  async function sink() {
    const bodies: string[] = [];
    const headers: unknown[] = [];
    const state = { status: 200 };
    const server = createServer((incoming, outgoing) => {
      let body = '';
      incoming.setEncoding('utf8').on('data', (part: string) => (body += part));
      incoming.on('end', () => {
        outgoing.writeHead(state.status).end();
        headers.push(incoming.headers);
        bodies.push(body);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return { bodies, headers, state, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/log` };
  }

  it('sends a record at a time, with its headers, and again until it is taken', async () => {
    const { bodies, headers, state, url: endpoint } = await sink();
    const { url, log } = await route(
      `{ name: http-log, config: { http_endpoint: "${endpoint}", headers: { X-Key: k }, queue: { initial_retry_delay: 0.001, max_retry_delay: 0.002 } } }`,
    );
    state.status = 500;
    await call(url);
    await eventually(() => bodies.length > 2);
    state.status = 200;
    const tried = bodies.length;
    await eventually(() => bodies.length > tried);
    expect(new Set(bodies).size).toBe(1);
    expect(JSON.parse(bodies[0] ?? '')).toMatchObject({ response: { status: 200 } });
    expect(headers[0]).toMatchObject({ 'x-key': 'k', 'content-type': 'application/json' });
    expect(log.lines.join('\n')).toContain('returned status code 500; trying again');
  });

  it('sends batches, and what is left when it closes', async () => {
    const { bodies, url: endpoint } = await sink();
    const { url, gateway, records } = await route(
      `{ name: http-log, config: { http_endpoint: "${endpoint}", queue: { max_batch_size: 2, max_coalescing_delay: 3600 } } }`,
    );
    for (let turn = 0; turn < 3; turn += 1) await call(url);
    await eventually(() => records.length === 3);
    await gateway.close();
    expect(bodies.map((body) => (JSON.parse(body) as unknown[]).length).reduce((sum, size) => sum + size)).toBe(3);
  });
});
