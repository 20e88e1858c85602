import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { numbers, sent, SinkBench } from '../support/audit/sink-bench';
import { mockPki } from '../support/pki';
import { redisFolder, skipWithoutRedis, startRedis, type TestRedis } from '../support/redis/server';
import { freePort } from '../support/free-port';
import { serverIdentity } from '../support/tls-files';

const to = (port: number, redis: object = {}, more: object = {}) => ({
  ...{ kind: 'redis', timeout: 2, ...more },
  redis: { host: '127.0.0.1', port, ssl: false, ...redis },
});

/** All streams of records, by name. */
async function streams({ admin }: TestRedis) {
  const names = (await admin.keys('modi:audit:*')).toSorted();
  return Promise.all(
    names.map(async (name) => {
      const entries = await admin.xrange(name, '-', '+');
      return { name, ids: entries.map(([id]) => id), records: entries.map(([, fields]) => fields) };
    }),
  );
}
const seqsOf = async (redis: TestRedis): Promise<number[]> =>
  (await streams(redis)).flatMap(({ records }) => numbers(records.map((fields) => sent(fields[3] ?? ''))));

describe.skipIf(skipWithoutRedis('audit records in streams of Redis'))('a sink of Redis', () => {
  it('adds every record once to the stream of its chain, under its own number, and goes on where it ended', async () => {
    const [bench, redis] = [await SinkBench.make(20), await startRedis()];
    await bench.drain(to(redis.port));
    await bench.append(5);
    await bench.drain(to(redis.port));
    const [stream, ...others] = await streams(redis);
    expect(others).toEqual([]);
    expect(stream?.name).toMatch(/^modi:audit:kong-1:chain-\d+$/);
    expect(stream?.ids).toEqual(bench.all.map((seq) => `${seq}-0`));
    expect(stream?.records.map(([name, id, record]) => [name, id, record])).toEqual(
      stream?.records.map((fields) => ['id', sent(fields[3] ?? '').id, 'record']),
    );
    expect(numbers(stream?.records.map((fields) => sent(fields[3] ?? '')) ?? [])).toEqual(bench.all);
  });

  it('doubles nothing when all is sent again', async () => {
    const [bench, redis] = [await SinkBench.make(20), await startRedis()];
    await bench.drain(to(redis.port));
    for (const name of ['second', 'third']) await bench.drain({ ...to(redis.port), name });
    expect(await seqsOf(redis)).toEqual(bench.all);
    expect(bench.told).toEqual([]);
  });

  it('takes up what was added in part before', async () => {
    const [bench, redis] = [await SinkBench.make(5), await startRedis()];
    await bench.drain(to(redis.port));
    await bench.append(20);
    await bench.drain({ ...to(redis.port, {}, { queue: { max_batch_size: 10_000 } }), name: 'other' });
    expect(await seqsOf(redis)).toEqual(bench.all);
  });

  it('keeps another record of the same number as a dead letter, and adds the others', async () => {
    const [bench, redis] = [await SinkBench.make(4), await startRedis()];
    await bench.drain(to(redis.port));
    const [stream] = await streams(redis);
    await redis.admin.del(stream?.name ?? '');
    for (const seq of [1, 2, 3]) {
      await redis.admin.xadd(stream?.name ?? '', `${seq}-0`, 'id', seq === 2 ? 'kong-1/2/forged' : '', 'record', '{}');
    }
    await bench.drain({ ...to(redis.port), name: 'siem' });
    expect(bench.dead()).toEqual([]);
    await bench.append(3);
    writeFileSync(join(bench.folder, '.sinks/siem/kong-1.cursor'), JSON.stringify({ seq: 0, hash: '', refused: 0 }));
    await bench.drain(to(redis.port));
    expect(numbers(bench.dead().map(({ record }) => record))).toEqual([1, 2, 3]);
    expect(bench.dead()[0]?.why).toBe('the stream has another record of this number');
    expect((await streams(redis))[0]?.ids).toEqual(bench.all.map((seq) => `${seq}-0`));
  });

  it('keeps about max_length records, and brings none back that has left', async () => {
    const [bench, redis] = [await SinkBench.make(600), await startRedis()];
    const settings = to(redis.port, { max_length: 100 }, { queue: { max_batch_size: 50 } });
    await bench.drain(settings);
    const [stream] = await streams(redis);
    expect(stream?.ids.length).toBeLessThan(300);
    await bench.drain({ ...settings, name: 'again' });
    expect((await streams(redis))[0]?.ids).toEqual(stream?.ids);
    expect(bench.told).toEqual([]);
  });

  it('connects with TLS, as a user that may add and look up, with the password of a file', async () => {
    const [pki, server, folder] = [await mockPki(), await serverIdentity(), redisFolder()];
    const [cert, key, ca] = ['cert.pem', 'key.pem', 'ca.pem'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(cert, server.cert);
    writeFileSync(key, server.key);
    writeFileSync(ca, pki.anchorPem);
    const tlsPort = await freePort();
    const flags = [
      '--tls-port',
      String(tlsPort),
      '--tls-cert-file',
      cert,
      '--tls-key-file',
      key,
      '--tls-ca-cert-file',
      ca,
    ];
    const redis = await startRedis({ flags: [...flags, '--tls-auth-clients', 'no'] });
    await redis.admin.call(
      'ACL',
      'SETUSER',
      'modi',
      'on',
      '>secret',
      '~modi:audit:*',
      '+xadd',
      '+xrange',
      '+multi',
      '+exec',
      '+info',
    );
    const password_file = join(folder, 'password');
    writeFileSync(password_file, 'wrong\n');
    const bench = await SinkBench.make(9);
    const settings = to(tlsPort, { host: 'localhost', ssl: true, ssl_ca: [ca], username: 'modi', password_file });
    await bench.drain(settings);
    expect(bench.waits).toEqual(['an audit sink waits: it answers WRONGPASS']);
    writeFileSync(password_file, 'secret\n');
    await bench.drain(settings);
    expect(await seqsOf(redis)).toEqual(bench.all);
    await bench.append(1);
    await bench.drain(to(tlsPort, { host: 'localhost', ssl: true }));
    expect(bench.waits.at(-1)).toMatch(/it cannot be reached \((UNABLE|SELF)_/);
    const other = await serverIdentity('redis.example');
    for (const [file, text] of [
      [cert, other.cert],
      [key, other.key],
    ] as const)
      writeFileSync(file, text);
    await redis.admin.config('SET', 'tls-cert-file', cert);
    await bench.drain(settings);
    expect(bench.waits.at(-1)).toContain('it cannot be reached (ERR_TLS_CERT_ALTNAME_INVALID)');
    expect(JSON.stringify(bench.told)).not.toContain('secret');
  });
});

describe.skipIf(skipWithoutRedis('streams of a Redis that fails'))('a Redis that fails', () => {
  const spoilt: readonly [
    string,
    string,
    (redis: TestRedis) => Promise<unknown>,
    (redis: TestRedis) => Promise<unknown>,
  ][] = [
    [
      'is full',
      'it answers OOM',
      ({ admin }) => admin.config('SET', 'maxmemory', '1'),
      ({ admin }) => admin.config('SET', 'maxmemory', '0'),
    ],
    [
      'is a replica',
      'it answers READONLY',
      ({ admin }) => admin.replicaof('127.0.0.1', 1),
      ({ admin }) => admin.replicaof('NO', 'ONE'),
    ],
    [
      'wants a password',
      'it answers NOAUTH',
      ({ admin }) => admin.config('SET', 'requirepass', 'x'),
      ({ admin }) => admin.config('SET', 'requirepass', ''),
    ],
    [
      'forbids',
      'it answers NOPERM',
      ({ admin }) => admin.call('ACL', 'SETUSER', 'default', '-xadd'),
      ({ admin }) => admin.call('ACL', 'SETUSER', 'default', '+@all'),
    ],
  ];

  it.each(spoilt)(
    '%s: told once, nothing is lost or doubled, and nothing is a dead letter',
    async (_, why, spoil, mend) => {
      const [bench, redis] = [await SinkBench.make(10), await startRedis()];
      await bench.drain(to(redis.port));
      await bench.append(10);
      await spoil(redis);
      await bench.drain(to(redis.port));
      expect(bench.waits).toEqual([`an audit sink waits: ${why}`]);
      await mend(redis);
      await bench.drain(to(redis.port));
      expect(await seqsOf(redis)).toEqual(bench.all);
      expect(bench.dead()).toEqual([]);
    },
  );

  it('has something else under the name of the stream: it waits', async () => {
    const [bench, redis] = [await SinkBench.make(3), await startRedis()];
    await bench.drain(to(redis.port));
    const [stream] = await streams(redis);
    await redis.admin.set(stream?.name ?? '', 'x');
    await bench.drain({ ...to(redis.port), name: 'other' });
    expect(bench.waits).toEqual(['an audit sink waits: it answers WRONGTYPE']);
  });

  it('is killed while records come, and comes back with what it had written: nothing is lost or doubled', async () => {
    const bench = await SinkBench.make(400);
    const flags = ['--appendonly', 'yes', '--appendfsync', 'always', '--dir', redisFolder()];
    const first = await startRedis({ flags });
    const stop = new AbortController();
    onTestFinished(() => {
      stop.abort();
    });
    const sink = bench.sink(to(first.port, {}, { queue: { max_batch_size: 5, max_retry_delay: 1 } }));
    const running = sink.run(stop.signal);
    await expect.poll(async () => (await seqsOf(first)).length, { interval: 5 }).toBeGreaterThan(20);
    await first.crash();
    await bench.append(20);
    const second = await startRedis({ port: first.port, flags });
    await expect.poll(() => seqsOf(second), { timeout: 20_000 }).toEqual(bench.all);
    stop.abort();
    await running;
    expect(bench.dead()).toEqual([]);
  });

  it.each([
    ['answers garbage', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['answers what was not asked', '+OK\r\n'.repeat(100)],
    ['says nothing', undefined],
  ])('is none: %s: it waits', async (_, answer) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', () => answer !== undefined && socket.write(answer));
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    const bench = await SinkBench.make(3);
    await bench.drain(to((server.address() as AddressInfo).port, {}, { timeout: 1 }));
    expect(bench.waits).toHaveLength(1);
    expect(bench.waits[0]).not.toContain('Bad Request');
    expect(bench.dead()).toEqual([]);
  });
});
