import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call, probe, startProbeGateway, startService } from '../support/embedded-gateway';
import { tempFolder } from '../support/temp';

describe('the embedded gateway', () => {
  it('proxies a matched request and answers 404 for another', async () => {
    const service = await startService();
    const { gateway } = await startProbeGateway(`
_format_version: "3.0"
services:
  - name: people
    url: ${service.url}/base
    routes:
      - { name: people, paths: [/people] }
`);
    const accepted = await call(`${gateway.url}/people/1?x=%20y`, { method: 'POST', body: 'abc' });
    expect(accepted.status).toBe(200);
    expect(accepted.text).toBe('hello');
    const [seen] = service.seen;
    expect(seen?.url).toBe('/base/1?x=%20y');
    expect(seen?.body.toString()).toBe('abc');
    expect(seen?.headers['x-forwarded-prefix']).toBe('/people');
    const unknown = await call(`${gateway.url}/other`);
    expect(unknown.status).toBe(404);
    expect(unknown.json()).toEqual({
      message: 'no Route matched with those values',
      request_id: unknown.headers['x-kong-request-id'],
    });
  });

  it('runs a plugin of a plugin server in access and response', async () => {
    const service = await startService();
    const { gateway, plugins } = await startProbeGateway(`
_format_version: "3.0"
services:
  - url: ${service.url}
    routes: [{ paths: [/] }]
plugins:
  - ${probe({
    access: [
      { call: 'kong.request.get_headers', args: { v: 1000 }, note: 'headers' },
      { call: 'kong.service.request.set_headers', args: { 'X-Added': 'yes', 'X-Secret': [] } },
      { call: 'kong.ctx.shared.set', args: { k: 'mine', v: { a: [1, 'b'] } } },
    ],
    response: [
      { call: 'kong.ctx.shared.get', args: { v: 'mine' }, note: 'shared' },
      { call: 'kong.service.response.get_status', note: 'status' },
      { call: 'kong.service.response.get_raw_body', note: 'body' },
      { call: 'kong.response.set_headers', args: { 'X-Answer': 'set' } },
    ],
  })}
`);
    const answer = await call(gateway.url, { headers: { 'X-Secret': 'mine' } });
    expect(answer.status).toBe(200);
    expect(answer.headers['x-answer']).toBe('set');
    expect(service.seen[0]?.headers['x-added']).toBe('yes');
    expect(service.seen[0]?.headers).not.toHaveProperty('x-secret');
    expect(plugins.started).toHaveLength(1);
    expect(plugins.started[0]?.config).toMatchObject({ __plugin_id: expect.any(String), label: null });
  });

  it('answers what a plugin exits with, gates by acl, and logs both', async () => {
    const service = await startService();
    const file = join(tempFolder(), 'access.log');
    const { gateway } = await startProbeGateway(`
_format_version: "3.0"
services:
  - name: people
    url: ${service.url}
    routes:
      - paths: [/refused]
        plugins: [${probe({ access: [{ call: 'kong.log.set_serialize_value', args: { k: 'modi.code', v: 'NO' } }, { answer: 418 }] })}]
      - paths: [/gated]
        plugins:
          - { name: acl, config: { allow: [modi] } }
          - ${probe({ access: [{ call: 'kong.ctx.shared.set', args: { k: 'authenticated_groups', v: ['modi', 'x'] } }] })}
      - paths: [/closed]
        plugins: [{ name: acl, config: { allow: [modi] } }]
plugins:
  - { name: file-log, config: { path: ${file} } }
`);
    expect((await call(`${gateway.url}/refused`)).status).toBe(418);
    expect((await call(`${gateway.url}/gated`)).status).toBe(200);
    expect(service.seen[0]?.headers['x-authenticated-groups']).toBe('modi, x');
    expect((await call(`${gateway.url}/closed`)).status).toBe(401);
    const lines = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map((line) => (line['response'] as { status: number }).status)).toEqual([418, 200, 401]);
    expect(lines[0]).toMatchObject({ modi: { code: 'NO' }, service: { name: 'people' }, source: 'kong' });
  });
});
