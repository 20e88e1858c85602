import { describe, expect, it } from 'vitest';
import { addressText, callableAddress, readAddress, startSampleService } from '../../../plugins/cli/serve';
import { accessLine, serverLine } from '../../../plugins/cli/serve/log-lines';
import { Context } from '../../../plugins/cli/shell/context';
import { processHost } from '../../../plugins/cli/shell/host';

const context = new Context(processHost(), { language: 'en', colour: false, debug: false });

describe('addresses', () => {
  it.each([
    ['8000', { host: '127.0.0.1', port: 8000 }],
    ['0.0.0.0:80', { host: '0.0.0.0', port: 80 }],
    ['localhost:9001', { host: 'localhost', port: 9001 }],
    ['[::1]:8443', { host: '::1', port: 8443 }],
  ])('%s', (text, address) => {
    expect(readAddress(text, '--listen')).toEqual(address);
    expect(readAddress(addressText(address), '--listen')).toEqual(address);
  });

  it.each(['', 'x', '65536', '1.2.3.4', 'http://x:1', '::1:80', ':80', '-1'])('%j is none', (text) => {
    expect(() => readAddress(text, '--listen')).toThrow(/--listen must be HOST:PORT/);
  });

  it('a wildcard is called by the loopback address', () => {
    expect(callableAddress({ host: '0.0.0.0', port: 1 }).host).toBe('127.0.0.1');
    expect(callableAddress({ host: '::', port: 1 }).host).toBe('::1');
    expect(callableAddress({ host: 'a.example', port: 1 }).host).toBe('a.example');
  });
});

describe('the sample service', () => {
  it('answers what reached it: caller, tokens it should not see, body', async () => {
    const service = await startSampleService({ host: '127.0.0.1', port: 0 });
    const url = `http://127.0.0.1:${service.port}/a?b=1`;
    const answer = await fetch(url, {
      method: 'PUT',
      headers: { 'X-ModI-Client': 'c', Authorization: 'Bearer x' },
      body: 'no json',
    });
    expect(await answer.json()).toEqual({
      service: 'sample',
      method: 'PUT',
      path: '/a?b=1',
      caller: { 'x-modi-client': 'c' },
      tokens_seen: ['authorization'],
      body_bytes: 7,
      body: 'no json',
    });
    const large = await fetch(url, { method: 'POST', body: Buffer.alloc(300_000) });
    expect(await large.json()).toMatchObject({ body_bytes: 300_000, body: null });
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    await service.close();
  });

  it('keeps an idle connection longer than Kong does, so that it never closes under a request', async () => {
    const service = await startSampleService({ host: '127.0.0.1', port: 0 });
    const answer = await fetch(`http://127.0.0.1:${service.port}/`);
    await answer.text();
    const [, seconds] = /^timeout=(\d+)$/.exec(answer.headers.get('keep-alive') ?? '') ?? [];
    expect(Number(seconds)).toBeGreaterThan(60);
    await service.close();
  });
});

describe('log lines', () => {
  it('one line per request: the reason when refused, the caller when accepted', () => {
    const record = (modi: object, status: number) =>
      JSON.stringify({
        started_at: 1_763_892_000_000,
        request: { method: 'GET', uri: '/x\u001b' },
        response: { status },
        modi,
      });
    expect(accessLine(record({ code: 'MODI_REPLAY' }, 409), context)).toBe(
      '2025-11-23T10:00:00Z 409 GET /x\\u{1b} MODI_REPLAY',
    );
    expect(accessLine(record({ client: 'me' }, 200), context)).toMatch(/200 GET \S+ me$/);
  });

  it('of the plugin server, warnings and worse', () => {
    expect(serverLine('[modi-pluginserver:1] {"level":30,"msg":"listening"}')).toBeUndefined();
    expect(serverLine('[modi-pluginserver:1] {"level":50,"msg":"failed","err":{"message":"why"}}')).toBe(
      'plugin server: failed why',
    );
    expect(serverLine('plain text')).toBeUndefined();
  });
});
