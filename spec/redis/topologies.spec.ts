import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { setNoticeSink } from '../../plugins/core/notices';
import { REDIS_SERVER, redisFolder, skipWithoutRedis, startRedis } from '../support/redis/server';
import { freePort } from '../support/free-port';
import { entry, NOW, redisStore } from '../support/redis/stores';

const FRESH = { verdict: 'fresh' };
const PATIENCE = { timeout: 25_000, interval: 100 };

function silenceNotices(): void {
  const before = setNoticeSink(() => undefined);
  onTestFinished(() => {
    setNoticeSink(before);
  });
}

/** One sentinel, which alone is a quorum, watching `master`. */
async function startSentinel(master: number): Promise<number> {
  const port = await freePort();
  const file = join(redisFolder(), 'sentinel.conf');
  const rules = [
    `monitor modi 127.0.0.1 ${master} 1`,
    'down-after-milliseconds modi 500',
    'failover-timeout modi 3000',
  ];
  writeFileSync(file, [`port ${port}`, ...rules.map((rule) => `sentinel ${rule}`), ''].join('\n'));
  const child = spawn(REDIS_SERVER, [file, '--sentinel'], { stdio: 'ignore' });
  const client = new Redis({ port, retryStrategy: () => 50 });
  client.on('error', () => undefined);
  onTestFinished(async () => {
    client.disconnect();
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  // It learns of the replica from the master.
  await expect.poll(() => client.info('sentinel').catch(String), PATIENCE).toContain('slaves=1');
  return port;
}

describe.skipIf(skipWithoutRedis('Sentinel and Cluster'))('more than one Redis', () => {
  it(
    'under a sentinel: when the master dies, its replica is found, and knows what was used',
    { timeout: 60_000 },
    async () => {
      silenceNotices();
      const master = await startRedis();
      const replica = await startRedis({
        flags: ['--replicaof', `127.0.0.1 ${master.port}`, '--repl-diskless-sync-delay', '0'],
      });
      await expect.poll(() => replica.admin.info('replication'), PATIENCE).toContain('master_link_status:up');
      const sentinel = await startSentinel(master.port);
      const store = redisStore({
        sentinel_master: 'modi',
        sentinel_nodes: [{ host: '127.0.0.1', port: sentinel }],
      });
      await expect
        .poll(() => store.claim([entry('used')], NOW), PATIENCE)
        .toEqual({ verdict: 'seen', kind: 'ID_AUTH' });
      await master.admin.wait(1, 1000);
      await master.crash();
      await expect.poll(() => replica.admin.info('replication'), PATIENCE).toContain('role:master');
      let asked = 0;
      await expect.poll(() => store.claim([entry(`new ${(asked += 1)}`)], NOW), PATIENCE).toEqual(FRESH);
      expect(await store.claim([entry('used')], NOW)).toEqual({ verdict: 'seen', kind: 'ID_AUTH' });
    },
  );

  it('as a cluster of three: the two tokens of a request are taken in one step', { timeout: 60_000 }, async () => {
    silenceNotices();
    const flags = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000'];
    const nodes = await Promise.all([1, 2, 3].map(() => startRedis({ flags })));
    const bounds = [0, 5461, 10_923, 16_384];
    for (const [index, { admin }] of nodes.entries()) {
      await admin.cluster('ADDSLOTSRANGE', bounds[index]!, bounds[index + 1]! - 1);
      await admin.cluster('MEET', '127.0.0.1', nodes[0]!.port);
    }
    for (const { admin } of nodes)
      await expect.poll(() => admin.cluster('INFO'), PATIENCE).toContain('cluster_state:ok');
    const store = redisStore({ cluster_nodes: nodes.map(({ port }) => ({ ip: '127.0.0.1', port })) });
    const pairs = Array.from({ length: 50 }, (_, n) => [entry(`a${n}`), entry(`i${n}`, { kind: 'INTEGRITY' })]);
    for (const pair of pairs) expect(await store.claim(pair, NOW)).toEqual(FRESH);
    for (const pair of pairs) expect((await store.claim([...pair].reverse(), NOW)).verdict).toBe('seen');
    const sizes = await Promise.all(nodes.map(({ admin }) => admin.dbsize()));
    expect([...sizes].sort((a, b) => a - b)).toEqual([0, 0, 100]);
  });
});
