import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { setNoticeSink, type Notice } from '../../plugins/core/notices';
import { FallbackReplayStore, MemoryReplayStore } from '../../plugins/core/replay';
import { issueCertificate } from '../../plugins/core/pki';
import { VALID } from '../support/pki';
import { redisFolder, skipWithoutRedis, startRedis } from '../support/redis/server';
import { freePort } from '../support/free-port';
import { entry, NOW, redisStore } from '../support/redis/stores';

/** What the operator is told while the test runs. */
function notices(): Notice[] {
  const told: Notice[] = [];
  const before = setNoticeSink((notice) => told.push(notice));
  onTestFinished(() => {
    setNoticeSink(before);
  });
  return told;
}

const local = (port: number, more: Record<string, unknown> = {}) => ({ host: '127.0.0.1', port, ...more });
const FRESH = { verdict: 'fresh' };
let used = 0;
const unused = () => entry(`token ${(used += 1)}`);

/** Asks until the store is back: how long that takes is the operating system's and the back-off's business. */
const untilFresh = (store: { claim(entries: ReturnType<typeof entry>[], now: number): unknown }) =>
  expect.poll(() => store.claim([unused()], NOW), { timeout: 15_000, interval: 50 }).toEqual(FRESH);

describe.skipIf(skipWithoutRedis('outages of Redis'))('a Redis that fails', () => {
  it('is not there: refused, told once, left alone after five failures, asked again when it may be back', async () => {
    const told = notices();
    const port = await freePort();
    let time = 0;
    const store = redisStore(local(port), () => time);
    for (let failed = 0; failed < 5; failed += 1) {
      expect(store.breaker.open).toBe(false);
      expect(await store.claim([unused()], NOW)).toEqual({ verdict: 'down', retryAfter: 1 });
    }
    expect(store.breaker.open).toBe(true);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ level: 'error', fields: { store: `127.0.0.1:${port}` } });
    await startRedis({ port });
    expect((await store.claim([unused()], NOW)).verdict).toBe('down');
    await expect
      .poll(() => ((time += 1001), store.claim([unused()], NOW)), { timeout: 15_000, interval: 50 })
      .toEqual(FRESH);
    expect(store.breaker.open).toBe(false);
    expect(told.at(-1)).toMatchObject({ level: 'info', message: 'replay store answers again' });
  });

  it('is killed under load: every claim gets a verdict, none is fresh twice, and a new server is taken up', async () => {
    notices();
    const redis = await startRedis();
    const store = redisStore(local(redis.port));
    expect(await store.claim([unused()], NOW)).toEqual(FRESH);
    const claims = Array.from({ length: 2000 }, () => store.claim([unused()], NOW));
    redis.process.kill('SIGKILL');
    const verdicts = new Set((await Promise.all(claims)).map(({ verdict }) => verdict));
    for (const verdict of verdicts) expect(['fresh', 'down']).toContain(verdict);
    await redis.crash();
    expect((await store.claim([unused()], NOW)).verdict).toBe('down');
    await startRedis({ port: redis.port });
    await untilFresh(store);
  });

  it('is paused: refused at the timeout, the token not used twice, and it goes on when it wakes up', async () => {
    notices();
    const redis = await startRedis();
    const store = redisStore(local(redis.port, { timeout: 200 }));
    const token = unused();
    expect(await store.claim([token], NOW)).toEqual(FRESH);
    redis.process.kill('SIGSTOP');
    expect((await store.claim([unused()], NOW)).verdict).toBe('down');
    const many = await Promise.all(Array.from({ length: 200 }, () => store.claim([unused()], NOW)));
    expect(many.every(({ verdict }) => verdict === 'down')).toBe(true);
    expect(store.breaker.open).toBe(true);
    redis.process.kill('SIGCONT');
    await untilFresh(store);
    expect(await store.claim([token], NOW)).toEqual({ verdict: 'seen', kind: 'ID_AUTH' });
  });

  it('is full and evicts nothing: full, the circuit stays closed, and it accepts again when there is room', async () => {
    const told = notices();
    const redis = await startRedis();
    const store = redisStore(local(redis.port));
    const token = unused();
    expect(await store.claim([token], NOW)).toEqual(FRESH);
    await redis.admin.config('SET', 'maxmemory', '1');
    for (let asked = 0; asked < 7; asked += 1) {
      expect((await store.claim([unused(), entry('pair', { kind: 'INTEGRITY' })], NOW)).verdict).toBe('full');
    }
    expect(store.breaker.open).toBe(false);
    expect(await redis.admin.dbsize()).toBe(1);
    await redis.admin.config('SET', 'maxmemory', '0');
    expect(await store.claim([unused()], NOW)).toEqual(FRESH);
    expect(await store.claim([token], NOW)).toMatchObject({ verdict: 'seen' });
    expect(told.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('would evict used tokens when full: the operator is warned', async () => {
    const told = notices();
    const redis = await startRedis({ flags: ['--maxmemory-policy', 'allkeys-lru'] });
    await redisStore(local(redis.port)).claim([unused()], NOW);
    await expect.poll(() => told.map(({ fields }) => fields?.['policy'])).toEqual(['allkeys-lru']);
  });

  it('was restarted and has forgotten the script: it is sent again', async () => {
    const redis = await startRedis();
    const store = redisStore(local(redis.port));
    expect(await store.claim([unused()], NOW)).toEqual(FRESH);
    await redis.admin.script('FLUSH');
    expect(await store.claim([unused()], NOW)).toEqual(FRESH);
  });
});

describe.skipIf(skipWithoutRedis('access to Redis'))('a Redis that asks who comes', () => {
  it('takes an ACL user and password, refuses wrong ones, and neither is ever printed', async () => {
    const told = notices();
    const redis = await startRedis();
    const rules = ['on', '>right-secret', '~{modi:replay}:*', '+evalsha', '+eval', '+get', '+set', '+pttl'];
    await redis.admin.acl('SETUSER', 'modi', ...rules);
    await redis.admin.acl('SETUSER', 'default', 'off');
    const user = { username: 'modi', password: 'right-secret' };
    expect(await redisStore(local(redis.port, user)).claim([unused()], NOW)).toEqual(FRESH);
    const wrong = redisStore(local(redis.port, { ...user, password: 'wrong-secret' }));
    expect((await wrong.claim([unused()], NOW)).verdict).toBe('down');
    const weak = redisStore(local(redis.port, { username: 'nobody', password: 'wrong-secret' }));
    expect((await weak.claim([unused()], NOW)).verdict).toBe('down');
    expect(told.length).toBeGreaterThan(0);
    expect(JSON.stringify(told)).not.toMatch(/right-secret|wrong-secret/);
  });

  it('speaks TLS under a certificate of a named authority, and is refused under another', async () => {
    notices();
    const folder = redisFolder();
    const ca = await issueCertificate({ ...VALID, subject: 'CN=Redis', subjectAltNames: ['redis.example'] });
    writeFileSync(join(folder, 'cert.pem'), ca.pem);
    writeFileSync(join(folder, 'key.pem'), ca.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const port = await freePort();
    const files = ['--tls-cert-file', join(folder, 'cert.pem'), '--tls-key-file', join(folder, 'key.pem')];
    await startRedis({ flags: ['--tls-port', String(port), '--tls-auth-clients', 'no', ...files] });
    const tls = (more: Record<string, unknown>) => redisStore(local(port, { ssl: true, ...more }));
    expect(await tls({ ssl_ca: [ca.pem], server_name: 'redis.example' }).claim([unused()], NOW)).toEqual(FRESH);
    expect((await tls({ server_name: 'redis.example' }).claim([unused()], NOW)).verdict).toBe('down');
    expect((await tls({ ssl_ca: [ca.pem], server_name: 'other.example' }).claim([unused()], NOW)).verdict).toBe('down');
    expect(await tls({ ssl_verify: false }).claim([unused()], NOW)).toEqual(FRESH);
  });
});

describe.skipIf(skipWithoutRedis('on_outage: memory'))('on_outage: memory', () => {
  it('lets this gateway’s own memory decide, which knows what it accepted in good times', async () => {
    const told = notices();
    const redis = await startRedis();
    const own = new MemoryReplayStore();
    own.widen({ maxAge: 300, clockSkew: 5, maxEntries: 10 });
    const store = new FallbackReplayStore(own, redisStore(local(redis.port)));
    const [before, during] = [unused(), unused()];
    expect(await store.claim([before], NOW)).toEqual(FRESH);
    await redis.crash();
    expect(await store.claim([before], NOW)).toMatchObject({ verdict: 'seen' });
    expect(await store.claim([during], NOW)).toEqual({ ...FRESH, weak: true });
    expect(await store.claim([during], NOW)).toMatchObject({ verdict: 'seen' });
    expect(await store.claim([unused()], NOW)).toEqual({ ...FRESH, weak: true });
    expect(store.weaklyAccepted).toBe(2);
    const passes = told.filter(({ message }) => message.startsWith('tokens pass by this node’s memory alone'));
    expect(passes).toMatchObject([{ level: 'warn', fields: { why: 'down', since_start: 1 } }]);
  });

  it('marks a resend that this gateway alone counts, and decides too while the shared memory is full', async () => {
    notices();
    const redis = await startRedis();
    const own = new MemoryReplayStore();
    own.widen({ maxAge: 300, clockSkew: 5, maxEntries: 1 });
    const store = new FallbackReplayStore(own, redisStore(local(redis.port)));
    const [token, resend] = [unused(), { fingerprint: 'f', max: 1 }];
    expect(await store.claim([token], NOW, resend)).toEqual(FRESH);
    await redis.admin.config('SET', 'maxmemory', '1');
    expect(await store.claim([token], NOW, resend)).toEqual({ verdict: 'resent', attempt: 2, weak: true });
    expect(await store.claim([unused()], NOW)).toEqual({ verdict: 'full' });
    expect(store.weaklyAccepted).toBe(1);
  });
});
