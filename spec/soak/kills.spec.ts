import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeCast } from '../support/corpus';
import { packServer, startTestGateway } from '../support/gateways';
import { startEcho } from '../support/http';
import { kongYml, verifyPlugin } from '../support/kong-yml';
import { load } from '../support/load/load';
import { rawRequest } from '../support/load/raw-request';
import { makeRequest } from '../support/requests';

/** `npm run soak` kills a hundred times; the suite a few. */
const KILLS = Number(process.env['SOAK_KILLS'] ?? 3);

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

it(
  `kill -9 of the plugin server under load, ${KILLS} times: a route that refuses never answers 2xx`,
  { timeout: 60_000 + KILLS * 5_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'modi-kills-'));
    const [cast, echo] = await Promise.all([makeCast(), startEcho()]);
    // No acl here: what refuses must be the plugin, or the gateway because the plugin could not be asked.
    const verify = verifyPlugin(folder, cast, { patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'] });
    const gateway = await startTestGateway({
      folder,
      kongYml: kongYml(echo.url, [{ name: 'refuses', plugins: [verify] }]),
      pluginServers: packServer(folder, ['modi-verify'], '--log-level', 'silent'),
    });
    onTestFinished(async () => {
      await gateway.stop();
      echo.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const now = Math.floor(Date.now() / 1000);
    const refused = rawRequest(
      '/refuses',
      makeRequest({ now, party: cast.ec, integrity: true, idAuth: { claims: { aud: 'https://other.example' } } }),
    );
    let stop = false;
    function* untilStopped(): Generator<Buffer> {
      while (!stop) yield refused;
    }
    let refusals = 0;
    const loading = load({
      port: Number(new URL(gateway.url).port),
      connections: 16,
      requests: untilStopped(),
      onStatus: (status) => {
        if (status === 401) refusals += 1;
      },
    });

    for (let killed = 0; killed < KILLS; killed += 1) {
      // Only a server that is at work is worth killing; then at another moment each time.
      refusals = 0;
      while (refusals < 20) await pause(5);
      await pause((killed * 37) % 200);
      const pid = await gateway.pluginServerPid();
      if (pid === undefined) throw new Error('a server that answered has no process');
      process.kill(pid, 'SIGKILL');
    }
    stop = true;
    const { answers, broken, statuses } = await loading;
    process.stderr.write(`kills ${KILLS}, answers ${answers}, broken ${broken}, ${JSON.stringify([...statuses])}\n`);

    expect(echo.requests()).toBe(0);
    expect([...statuses.keys()].every((status) => status === 401 || status === 500)).toBe(true);
    expect(statuses.get(401)).toBeGreaterThan(0);
    expect(statuses.get(500)).toBeGreaterThan(0);
  },
);
