import { appendFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readChain, tableOf, verifyFolder } from '../../plugins/core/audit';
import { CollectorHome } from '../support/audit/collector-child';
import { makeCast } from '../support/corpus';
import { packServer, startTestGateway } from '../support/gateways';
import { freePort } from '../support/free-port';
import { send, startEcho } from '../support/http';
import { gate, kongYml, verifyPlugin } from '../support/kong-yml';
import { makeRequest } from '../support/requests';

it(
  `http-log instead of file-log: each request is in the chain once, through kill -9 (MODI_GATEWAY=${process.env['MODI_GATEWAY'] ?? 'embedded'})`,
  { timeout: 90_000 },
  async () => {
    const home = await CollectorHome.make(mkdtempSync(join(tmpdir(), 'modi-http-log-')), ['checkpoint_seconds: 1']);
    const [cast, echo, port] = await Promise.all([makeCast(), startEcho(), freePort()]);
    appendFileSync(join(home.folder, 'audit.yml'), `receive: {port: ${port}, file: received.log}\n`);
    const queue = { initial_retry_delay: 0.1, max_retry_delay: 0.5, max_retry_time: 60 };
    const plugins = [
      verifyPlugin(home.folder, cast, { patterns: ['ID_AUTH_REST_02'] }),
      gate,
      { name: 'http-log', config: { http_endpoint: `http://127.0.0.1:${port}/`, queue } },
    ];
    const first = home.start();
    await first.ready;
    const gateway = await startTestGateway({
      folder: home.folder,
      kongYml: kongYml(echo.url, [{ name: 'kept', plugins }]),
      pluginServers: packServer(home.folder, ['modi-verify'], '--log-level', 'fatal'),
    });
    onTestFinished(async () => {
      await gateway.stop();
      echo.close();
      home.remove();
    });
    const ids = new Set<string>();
    const call = async (): Promise<void> => {
      const request = makeRequest({ now: Math.floor(Date.now() / 1000), party: cast.ec });
      const { headers, status } = await send(`${gateway.url}/kept`, request);
      ids.add(String(headers['x-kong-request-id']));
      expect([200, 500]).toContain(status);
    };
    const recorded = async (): Promise<unknown[]> => {
      const found: unknown[] = [];
      for await (const { kind, members } of readChain(home.audit)) {
        if (kind === 'access') found.push(tableOf(members['record'])['id']);
      }
      return found.toSorted();
    };

    for (let count = 0; count < 5; count += 1) await call();
    await expect.poll(recorded, { timeout: 20_000 }).toEqual([...ids].toSorted());
    await first.stop('SIGKILL');
    for (let count = 0; count < 5; count += 1) await call();
    const second = home.start();
    onTestFinished(() => void second.stop('SIGKILL'));
    await expect.poll(recorded, { timeout: 40_000 }).toEqual([...ids].toSorted());
    expect(ids.size).toBe(10);
    await second.stop('SIGTERM');
    expect((await verifyFolder(home.audit)).findings).toEqual([]);
  },
);
