import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { setNoticeSink } from '../../../plugins/core/notices';
import { closeReplayStores } from '../../../plugins/core/replay';
import { ConfigError } from '../../../plugins/core/schema';
import { makeCast, type Cast } from '../../support/corpus';
import { skipWithoutRedis, startRedis } from '../../support/redis/server';
import { freePort } from '../../support/free-port';
import { makeRequest } from '../../support/requests';
import { contextOf, NOW, problemOf, recordOf, runAccess, verifyRoute } from '../../support/verify-route';

let cast: Cast;
beforeAll(async () => {
  cast = await makeCast();
});
afterEach(closeReplayStores);

const onRedis = (redis: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  verifyRoute(cast, {
    patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'],
    replay: { store: 'redis', redis: { timeout: 1000, ...redis }, ...more },
  });
const request = () => makeRequest({ now: NOW, party: cast.ec, integrity: true });

describe('replay.redis', () => {
  const fieldOf = (redis: Record<string, unknown>): string => {
    try {
      onRedis(redis);
    } catch (error) {
      if (error instanceof ConfigError) return error.field;
      throw error;
    }
    throw new Error('the configuration was accepted');
  };

  it.each([
    [{}, 'replay.redis'],
    [{ host: 'a', cluster_nodes: [{ ip: 'b' }] }, 'replay.redis'],
    [{ host: 'a', sentinel_master: 'm' }, 'replay.redis'],
    [{ sentinel_master: 'm' }, 'replay.redis.sentinel_nodes'],
    [{ sentinel_nodes: [{ host: 'a' }] }, 'replay.redis.sentinel_master'],
    [{ sentinel_master: 'm', sentinel_nodes: [{ port: 1 }] }, 'replay.redis.sentinel_nodes[1]'],
    [{ cluster_nodes: [] }, 'replay.redis.cluster_nodes'],
    [{ cluster_nodes: [{}] }, 'replay.redis.cluster_nodes[1]'],
    [{ host: 'a', ssl_ca: ['no/such/file.pem'] }, 'replay.redis.ssl_ca[1]'],
    [{ host: 'a', password: '' }, 'replay.redis.password'],
    [{ host: 'a', timeout: 5000 }, 'replay.redis.timeout'],
  ])('%j is refused at %s', (redis, field) => {
    expect(fieldOf(redis)).toBe(field);
  });

  it('asks for the digest where resends are to be told by it', () => {
    const replay = { on_duplicate: 'allow_same_digest' };
    expect(() => verifyRoute(cast, { patterns: ['ID_AUTH_REST_02'], replay })).toThrow(ConfigError);
  });

  it('is one store for all routes with the same settings, and connects to nothing by itself', () => {
    const [one, same, other] = [onRedis({ host: 'a' }), onRedis({ host: 'a' }), onRedis({ host: 'b' })];
    expect(one.replayStore).toBe(same.replayStore);
    expect(one.replayStore).not.toBe(other.replayStore);
  });

  it('answers 503 with Retry-After when the store is down, or its own memory decides where that was chosen', async () => {
    const before = setNoticeSink(() => undefined);
    const port = await freePort();
    const memory = await runAccess(onRedis({ host: '127.0.0.1', port }), request());
    expect(problemOf(memory)).toMatchObject({ code: 'MODI_REPLAY_STORE_DOWN', status: 503 });
    expect(memory.exited()?.headers['Retry-After']).toBe('1');
    const weak = onRedis({ host: '127.0.0.1', port }, { on_outage: 'memory' });
    const one = request();
    const weakly = await runAccess(weak, one);
    expect(weakly.exited()).toBeUndefined();
    expect([recordOf(weakly)['replay'], contextOf(weakly)['replay']]).toEqual(['weak', 'weak']);
    expect(problemOf(await runAccess(weak, one))['code']).toBe('MODI_REPLAY');
    setNoticeSink(before);
  });

  it.skipIf(skipWithoutRedis('access with Redis'))('accepts once, and resends as agreed', async () => {
    const redis = { host: '127.0.0.1', port: (await startRedis()).port };
    const one = request();
    const accepted = await runAccess(onRedis(redis, { on_outage: 'memory' }), one);
    expect(accepted.exited()).toBeUndefined();
    expect(recordOf(accepted)).not.toHaveProperty('replay');
    expect(problemOf(await runAccess(onRedis(redis), one))).toMatchObject({ code: 'MODI_REPLAY', status: 409 });
    const lenient = onRedis(redis, { on_duplicate: 'allow_same_digest', max_resends: 1 });
    const two = request();
    expect((await runAccess(lenient, two)).exited()).toBeUndefined();
    expect((await runAccess(lenient, two)).exited()).toBeUndefined();
    expect(problemOf(await runAccess(lenient, two))['code']).toBe('MODI_RESEND_LIMIT');
  });
});
