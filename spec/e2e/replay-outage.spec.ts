import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { accessRecord } from '../../plugins/core/audit';
import { makeCast } from '../support/corpus';
import { linesIn } from '../support/evidence';
import { packServer, startTestGateway } from '../support/gateways';
import { send, startEcho, type HttpAnswer } from '../support/http';
import { auditPlugin, gate, kongYml, verifyPlugin } from '../support/kong-yml';
import { skipWithoutRedis, startRedis } from '../support/redis/server';
import { makeRequest } from '../support/requests';
import { tempFolder } from '../support/temp';

const PATIENCE = { timeout: 20_000, interval: 100 };

it.skipIf(skipWithoutRedis('an outage through the gateway'))(
  'a Redis that is killed: refused, or accepted by one node’s memory, which log record, trail and evidence say',
  { timeout: 60_000 },
  async () => {
    const folder = tempFolder();
    const [redis, cast, echo] = await Promise.all([startRedis(), makeCast(), startEcho()]);
    onTestFinished(echo.close);
    const [log, evidence] = [join(folder, 'access.log'), join(folder, 'evidence')];
    const route = (name: string, on_outage: string) => ({
      name,
      plugins: [
        verifyPlugin(folder, cast, {
          patterns: ['ID_AUTH_REST_02'],
          replay: { store: 'redis', on_outage, redis: { host: '127.0.0.1', port: redis.port, timeout: 3000 } },
        }),
        gate,
        auditPlugin(evidence, { durability: 'before_response' }),
        { name: 'file-log', config: { path: log } },
      ],
    });
    const gateway = await startTestGateway({
      folder,
      kongYml: kongYml(echo.url, [route('lenient', 'memory'), route('strict', 'refuse')]),
      pluginServers: packServer(folder, ['modi-verify', 'modi-audit'], '--log-level', 'fatal'),
    });
    onTestFinished(() => gateway.stop());
    const make = () => makeRequest({ now: Math.floor(Date.now() / 1000), party: cast.ec });
    const call = (path: string, request = make()): Promise<HttpAnswer> => send(`${gateway.url}/${path}`, request);
    /** What the audit trail says of a call, by Kong's log, and what the file of evidence does. */
    const told = async ({ headers }: HttpAnswer) => {
      const id = String(headers['x-kong-request-id']);
      const line = await vi.waitUntil(() => {
        // Kong makes the file with the first line.
        const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(0, -1) : [];
        return lines.map((text) => JSON.parse(text) as Record<string, unknown>).find((one) => idOf(one) === id);
      }, PATIENCE);
      const kept = (await linesIn(evidence)).flatMap((one) => (one.kind === 'line' ? [one.members] : []));
      return {
        log: (line['modi'] as Record<string, unknown>)['replay'],
        trail: accessRecord(line)['replay'],
        evidence: kept.find((one) => one['request_id'] === id && one['part'] === 'request')?.['replay'],
      };
    };

    const before = make();
    const known = await vi.waitUntil(async () => {
      const answer = await call('lenient', before);
      return answer.status === 500 ? undefined : answer;
    }, PATIENCE);
    expect(known.status).toBe(200);
    expect(await told(known)).toEqual({});
    await redis.crash();
    expect((await call('strict')).json()).toMatchObject({ code: 'MODI_REPLAY_STORE_DOWN', status: 503 });
    const during = make();
    const accepted = await call('lenient', during);
    expect(accepted.status).toBe(200);
    expect(await told(accepted)).toEqual({ log: 'weak', trail: 'weak', evidence: 'weak' });
    for (const used of [before, during]) expect((await call('lenient', used)).json()['code']).toBe('MODI_REPLAY');
  },
);

const idOf = ({ request }: Record<string, unknown>): unknown => (request as Record<string, unknown>)['id'];
