import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { encodeMessage } from '../../plugins/runtime/wire/messages';
import { METHODS, type MethodName } from '../../plugins/runtime/wire/methods';
import { toWireValue } from '../../plugins/runtime/wire/values';
import { makeCast, type Cast } from '../support/corpus';
import { call, probe, startProbeGateway, startService } from '../support/embedded-gateway';
import { AUDIENCE, makeRequest, type TestRequest } from '../support/requests';
import { StockClient } from '../support/stock-client';
import { tempFolder } from '../support/temp';

const SERVER = join(__dirname, '../../node_modules/kong-pdk/bin/kong-js-pluginserver');
const PACK = join(__dirname, '../../dist/stock');

type Calls = readonly (readonly [method: string, args: readonly unknown[]])[];

interface StockServer {
  readonly child: ChildProcess;
  readonly client: StockClient;
}

/** The real process. Started again in the same prefix, its instance ids begin anew. */
async function stockServer(plugins: string, prefix = tempFolder()): Promise<StockServer> {
  const socket = join(prefix, 'js_pluginserver.sock');
  rmSync(socket, { force: true });
  const child = spawn(process.execPath, [SERVER, '--plugins-directory', plugins, '--kong-prefix', prefix], {
    stdio: 'ignore',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  // The file is there a moment before anybody listens.
  const open = (): Promise<StockClient | undefined> => StockClient.open(socket).catch(() => undefined);
  let client: StockClient | undefined;
  await expect.poll(async () => (client ??= await open()) !== undefined, { timeout: 25_000 }).toBe(true);
  if (client === undefined) throw new Error('the stock server does not listen');
  const opened = client;
  onTestFinished(() => {
    opened.close();
  });
  return { child, client: opened };
}

const instanceOf = async ({ client }: StockServer, name: string, config: object): Promise<number> =>
  ((await client.call('StartInstance', { Name: name, Config: JSON.stringify(config) })) as { Id: number }).Id;

/**
 * One access phase on the real server, as Kong runs it: what the plugin asked for, up to the end or the break. Kong logs
 * a break and goes on with the request.
 */
async function access(
  server: StockServer,
  id: number,
  request: TestRequest,
  at: (method: string) => void = () => undefined,
): Promise<Calls> {
  const calls: [string, readonly unknown[]][] = [];
  const answer = (method: string, args: readonly unknown[]): unknown => {
    calls.push([method, args]);
    at(method);
    if (method === 'kong.request.get_headers') return request.headers;
    if (method === 'kong.request.get_raw_body') return request.body;
    return undefined;
  };
  const made = await server.client.event(id, 'access', answer).catch(() => calls);
  return made;
}

/** Arguments of the stock wire, as the other one carries them. */
function argumentsOf(method: string, args: readonly unknown[]): Uint8Array {
  const shape = METHODS[method as MethodName].args;
  const struct = (value: unknown): unknown => toWireValue(value as never).struct_value;
  const [first, second, third] = args;
  if (shape === 'KV') return encodeMessage(shape, { k: String(first), v: toWireValue(second as never) });
  if (shape === 'Struct') return encodeMessage(shape, struct(first) as never);
  if (shape === 'ExitArgs') {
    const headers = struct(third) as never;
    return encodeMessage(shape, { status: Number(first), body: Buffer.from(String(second)), headers });
  }
  throw new Error(`${method} changes nothing in Kong`);
}

/** What the calls that change something do in Kong's place; what only reads does nothing. */
const replayed = (calls: Calls): string =>
  probe({
    access: calls
      .filter(([method]) => /\.(?:set|set_serialize_value|set_headers|exit)$/.test(method))
      .map(([method, args]) => ({ call: method, raw: Buffer.from(argumentsOf(method, args)).toString('hex') })),
  });

/** The answers of a route with the gate and of one without, when the plugin did this and no more. */
async function answers(calls: Calls): Promise<{ gated: number; open: number; code: unknown; served: number }> {
  const service = await startService();
  const gate = '{ "name": "acl", "config": { "allow": ["modi"] } }';
  const route = (name: string, ...more: readonly string[]): string =>
    `{ "name": "${name}", "paths": ["/${name}"], "plugins": [${[replayed(calls), ...more].join(',')}] }`;
  const { gateway } = await startProbeGateway(
    `{ "_format_version": "3.0", "services": [{ "name": "s", "url": "${service.url}", "routes": [${route('gated', gate)}, ${route('open')}] }] }`,
  );
  const gated = await call(`${gateway.url}/gated`);
  const served = service.seen.length;
  const code = gated.text.includes('"code"') ? gated.json()['code'] : undefined;
  return { gated: gated.status, open: (await call(`${gateway.url}/open`)).status, code, served };
}

let cast: Cast;
beforeAll(async () => {
  cast = await makeCast();
});

const config = (more: object = {}): object => ({
  patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'],
  audience: [AUDIENCE],
  trust: { anchors: [cast.anchor] },
  ...more,
});
const signed = (): TestRequest => makeRequest({ now: Math.floor(Date.now() / 1000), party: cast.ec, integrity: true });
const unsigned = (): TestRequest => ({ headers: {}, body: Buffer.alloc(0) });

describe('the gate before what the stock server did', () => {
  it('opens for an accepted call, and leaves a refusal its own words', async () => {
    const server = await stockServer(PACK);
    const id = await instanceOf(server, 'modi-verify', config());
    expect(await answers(await access(server, id, signed()))).toMatchObject({ gated: 200, open: 200, served: 1 });
    const refused = { gated: 401, open: 401, code: 'MODI_AUTHORIZATION_MISSING', served: 0 };
    expect(await answers(await access(server, id, unsigned()))).toEqual(refused);
  });

  const SHUT = { gated: 401, open: 200, code: undefined, served: 0 };

  it('is shut when the server is not there: without the gate the call passes', async () => {
    const server = await stockServer(PACK);
    const id = await instanceOf(server, 'modi-verify', config());
    server.child.kill('SIGKILL');
    await once(server.child, 'exit');
    const calls = await access(server, id, unsigned());
    expect(calls).toEqual([]);
    expect(await answers(calls)).toEqual(SHUT);
  });

  it.each([
    'kong.request.get_headers',
    'kong.request.get_raw_body',
    'kong.service.request.set_headers',
    'kong.log.set_serialize_value',
    'kong.ctx.shared.set',
  ])('is shut when the server dies at %s, also of a good call: what opens it comes last', async (moment) => {
    const server = await stockServer(PACK);
    const id = await instanceOf(server, 'modi-verify', config());
    const calls = await access(server, id, signed(), (method) => {
      if (method === moment) server.child.kill('SIGKILL');
    });
    expect(calls.at(-1)?.[0]).toBe(moment);
    expect(await answers(calls)).toEqual(SHUT);
  });

  it('is shut when a plugin throws, which that server takes for the end of the phase', async () => {
    const folder = tempFolder();
    const source = `class Plugin { async access() { throw new Error('broken'); } }
module.exports = { Plugin, Schema: [], Version: '0.1.0', Priority: 1 };`;
    writeFileSync(join(folder, 'broken.js'), source);
    const server = await stockServer(folder);
    const calls = await access(server, await instanceOf(server, 'broken', {}), unsigned());
    expect(calls).toEqual([]);
    expect(await answers(calls)).toEqual(SHUT);
  });

  it('refuses by itself what its configuration cannot honour, gate or not', async () => {
    const server = await stockServer(PACK);
    const id = await instanceOf(server, 'modi-verify', config({ trust: { anchors: ['/nowhere/ca.pem'] } }));
    const broken = { gated: 500, open: 500, code: 'MODI_INTERNAL', served: 0 };
    expect(await answers(await access(server, id, signed()))).toEqual(broken);
  });

  it('cannot tell when a restarted server runs another route’s configuration: docs/existing-kong.md says so', async () => {
    const prefix = tempFolder();
    const before = await stockServer(PACK, prefix);
    const strict = await instanceOf(before, 'modi-verify', config({ audience: ['https://strict.example'] }));
    expect((await answers(await access(before, strict, signed()))).code).toBe('MODI_AUDIENCE_MISMATCH');
    before.child.kill('SIGKILL');
    await once(before.child, 'exit');
    const after = await stockServer(PACK, prefix);
    const other = await instanceOf(after, 'modi-verify', config());
    expect(other).toBe(strict);
    expect(await answers(await access(after, strict, signed()))).toMatchObject({ gated: 200 });
  });
});
