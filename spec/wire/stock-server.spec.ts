import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { makeCast, type Cast } from '../support/corpus';
import { told } from '../support/evidence';
import { AUDIENCE, makeRequest } from '../support/requests';
import { StockClient } from '../support/stock-client';
import { tempFolder } from '../support/temp';

const SERVER = join(__dirname, '../../node_modules/kong-pdk/bin/kong-js-pluginserver');
const PLUGINS = join(__dirname, '../../dist/stock');

let cast: Cast;
beforeAll(async () => {
  cast = await makeCast();
});

async function stockServer(): Promise<StockClient> {
  const prefix = tempFolder();
  const child = spawn(process.execPath, [SERVER, '--plugins-directory', PLUGINS, '--kong-prefix', prefix], {
    stdio: 'ignore',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const socket = join(prefix, 'js_pluginserver.sock');
  await expect.poll(() => existsSync(socket), { timeout: 25_000 }).toBe(true);
  const client = await StockClient.open(socket);
  onTestFinished(() => {
    client.close();
  });
  return client;
}

const config = (patterns: string[]) =>
  JSON.stringify({ patterns, audience: [AUDIENCE], trust: { anchors: [cast.anchor] }, __plugin_id: 'p' });

/** The status of the answer that ended the phase. */
const answerOf = (calls: readonly (readonly [string, readonly unknown[]])[]): unknown => {
  const [method, args] = calls.at(-1) ?? ['none', []];
  return method === 'kong.response.exit' ? args[0] : method;
};

describe('the stock kong-js-pluginserver', () => {
  it('describes the plugins of the pack from its folder, and prints nothing else', () => {
    const { stdout } = spawnSync(process.execPath, [SERVER, '--plugins-directory', PLUGINS, '--dump-all-plugins'], {
      encoding: 'utf8',
    });
    const plugins = JSON.parse(stdout) as { Name: string; Phases: string[] }[];
    expect(plugins.find(({ Name }) => Name === 'modi-verify')?.Phases).toEqual(['access']);
    expect(plugins.find(({ Name }) => Name === 'modi-audit')?.Phases.toSorted()).toEqual(['access', 'response']);
  });

  it('runs modi-verify: accepts, refuses, and answers 500 where that server would let pass', async () => {
    const client = await stockServer();
    const now = Math.floor(Date.now() / 1000);
    const request = makeRequest({ now, party: cast.ec, integrity: true });
    const answer = (method: string): unknown => {
      if (method === 'kong.request.get_headers') return request.headers;
      if (method === 'kong.request.get_raw_body') return request.body;
      return undefined;
    };
    const start = async (patterns: string[]): Promise<unknown> =>
      ((await client.call('StartInstance', { Name: 'modi-verify', Config: config(patterns) })) as { Id: number }).Id;
    const good = await start(['ID_AUTH_REST_02', 'INTEGRITY_REST_01']);
    const accepted = await client.event(good, 'access', answer);
    expect(accepted.map(([method]) => method)).toEqual([
      'kong.request.get_headers',
      'kong.request.get_raw_body',
      'kong.service.request.set_headers',
      'kong.log.set_serialize_value',
      'kong.ctx.shared.set',
      'kong.ctx.shared.set',
    ]);
    const refused = await client.event(good, 'access', answer);
    expect(answerOf(refused)).toBe(409);
    const broken = await client.event(await start(['INTEGRITY_REST_01']), 'access', answer);
    expect(answerOf(broken)).toBe(500);
    const unreadable = await client.event(good, 'access', () => 5);
    expect(answerOf(unreadable)).toBe(500);
  });

  it('runs modi-audit on what modi-verify has left in the same process', async () => {
    const client = await stockServer();
    const directory = join(tempFolder(), 'evidence');
    const request = makeRequest({ now: Math.floor(Date.now() / 1000), party: cast.ec, integrity: true });
    const shared = new Map<unknown, unknown>();
    const answer = (method: string, args: readonly unknown[]): unknown => {
      if (method === 'kong.request.get_headers') return request.headers;
      if (method === 'kong.request.get_raw_body') return request.body;
      if (method === 'kong.ctx.shared.set') shared.set(args[0], args[1]);
      if (method === 'kong.ctx.shared.get') return shared.get(args[0]);
      if (method === 'kong.nginx.get_var') return args[0] === 'kong_request_id' ? 'the-id' : undefined;
      return undefined;
    };
    const start = async (Name: string, Config: string): Promise<unknown> =>
      ((await client.call('StartInstance', { Name, Config })) as { Id: number }).Id;
    const verify = await start('modi-verify', config(['ID_AUTH_REST_02', 'INTEGRITY_REST_01']));
    const settings = { organization: 'ente', durability: 'before_response', directory };
    const audit = await start('modi-audit', JSON.stringify(settings));
    await client.event(verify, 'access', answer);
    const kept = await client.event(audit, 'access', answer);
    expect(kept.at(-1)?.[1]).toEqual(['modi.evidence', expect.objectContaining({ durability: 'before_response' })]);
    expect(await told(directory)).toEqual(['material', 'the-id']);
    expect(answerOf(await client.event(audit, 'access', answer))).toBe(503);
  });

  it('runs modi-audit also where nobody waits for the evidence: the phase is not over before its questions are answered', async () => {
    const client = await stockServer();
    const directory = join(tempFolder(), 'evidence');
    const config = JSON.stringify({ organization: 'ente', durability: 'async', directory });
    const { Id: audit } = (await client.call('StartInstance', { Name: 'modi-audit', Config: config })) as {
      Id: number;
    };
    const asked = await client.event(audit, 'access', (method) =>
      method === 'kong.nginx.get_var' ? 'the-id' : undefined,
    );
    expect(asked.map(([method]) => method)).toEqual([
      'kong.log.set_serialize_value',
      'kong.ctx.shared.get',
      'kong.nginx.get_var',
    ]);
    await expect.poll(() => told(directory).catch(() => [])).toEqual(['the-id']);
  });
});
