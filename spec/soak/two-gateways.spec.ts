import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeCast } from '../support/corpus';
import { packServer, startTestGateway, type TestGateway } from '../support/gateways';
import { kongYml, verifyPlugin } from '../support/kong-yml';
import { load, type LoadResult } from '../support/load/load';
import { rawRequest } from '../support/load/raw-request';
import { skipWithoutRedis, startRedis } from '../support/redis/server';
import { makeRequest } from '../support/requests';

/** `npm run soak` sends 10,000; the suite fewer. */
const TOKENS = Number(process.env['SOAK_TOKENS'] ?? 600);

const BATCH = 100;

/** A service that counts how often each message reaches it. */
async function startCounter(): Promise<{ url: string; seen: ReadonlyMap<string, number> }> {
  const seen = new Map<string, number>();
  const server = createServer((incoming, outgoing) => {
    const jti = String(incoming.headers['x-modi-jti']);
    seen.set(jti, (seen.get(jti) ?? 0) + 1);
    incoming.resume().on('end', () => outgoing.end('{}'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

it.skipIf(skipWithoutRedis('two gateways and one Redis'))(
  `two gateways and one Redis: of ${TOKENS} requests sent to both at once, each is accepted exactly once`,
  { timeout: 60_000 + TOKENS * 30 },
  async () => {
    const [redis, cast, counter] = await Promise.all([startRedis(), makeCast(), startCounter()]);
    const start = async (): Promise<TestGateway> => {
      const folder = mkdtempSync(join(tmpdir(), 'modi-two-'));
      const replay = { store: 'redis', redis: { host: '127.0.0.1', port: redis.port, timeout: 3000 } };
      const patterns = ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'];
      const verify = verifyPlugin(folder, cast, { patterns, replay });
      const gateway = await startTestGateway({
        folder,
        kongYml: kongYml(counter.url, [{ name: 'unique', plugins: [verify] }]),
        pluginServers: packServer(folder, ['modi-verify'], '--log-level', 'warn'),
      });
      onTestFinished(async () => {
        await gateway.stop();
        rmSync(folder, { recursive: true, force: true });
      });
      return gateway;
    };
    const gateways = [await start(), await start()];
    const ports = gateways.map(({ url }) => Number(new URL(url).port));
    const make = (): Buffer =>
      rawRequest('/unique', makeRequest({ now: Math.floor(Date.now() / 1000), party: cast.ec, integrity: true }));
    const results: LoadResult[] = [];
    // Batch by batch, so that neither gateway runs ahead of the other.
    for (let sent = 0; sent < TOKENS; sent += BATCH) {
      const requests = Array.from({ length: Math.min(BATCH, TOKENS - sent) }, make);
      results.push(...(await Promise.all(ports.map((port) => load({ port, connections: 8, requests })))));
    }
    const total = (status: number, of = results): number =>
      of.reduce((sum, { statuses }) => sum + (statuses.get(status) ?? 0), 0);
    const won = [0, 1].map((gateway) =>
      total(
        200,
        results.filter((_, index) => index % 2 === gateway),
      ),
    );
    process.stderr.write(`tokens ${TOKENS}, accepted by the one ${won[0]}, by the other ${won[1]}\n`);

    expect(results.every(({ broken }) => broken === 0)).toBe(true);
    expect([total(200), total(409)]).toEqual([TOKENS, TOKENS]);
    expect(counter.seen.size).toBe(TOKENS);
    expect(Math.max(...counter.seen.values())).toBe(1);
    expect(await redis.admin.dbsize()).toBe(2 * TOKENS);
  },
);
