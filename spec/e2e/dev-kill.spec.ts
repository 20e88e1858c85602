import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startGateway } from '../../plugins/dev';
import { call, LogCollector, probe, probeEntry, startService } from '../support/embedded-gateway';
import { testPluginServerCommand } from '../support/test-plugin-server-child';
import { tempFolder } from '../support/temp';

/** `npm run soak` kills a hundred times; the suite less often. */
const KILLS = Number(process.env['SOAK_KILLS'] ?? 10);

/**
 * The gateway's half of the promise that nothing passes while the plugin server is being killed: the plugin of this
 * route only ever refuses, so a single 2xx would be an answer that skipped it.
 */
it(`lets nothing pass while its plugin server is killed ${KILLS} times under load`, { timeout: 240_000 }, async () => {
  const service = await startService();
  const directory = tempFolder();
  const socket = join(directory, 'child.sock');
  const gateway = await startGateway({
    configFile: {
      name: 'kong.yml',
      text: `
_format_version: "3.0"
services: [{ url: "${service.url}", routes: [{ paths: [/] }] }]
plugins: [${probe({ access: [{ call: 'kong.request.get_headers', args: { v: 100 } }, { answer: 403 }] })}]
`,
    },
    listen: [{ host: '127.0.0.1', port: 0 }],
    pluginServers: [{ ...probeEntry('probe', socket, ['access']), startCommand: testPluginServerCommand(socket) }],
    logger: new LogCollector(),
    respawnInterval: 0,
  });
  onTestFinished(() => gateway.close());

  const statuses = new Map<number, number>();
  let killing = true;
  const ask = async (): Promise<number> => {
    const { status } = await call(gateway.url);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    // While the server is down it is the one that needs the processor.
    if (status === 500) await new Promise((resolve) => setTimeout(resolve, 10));
    return status;
  };
  const load = Array.from({ length: 8 }, async () => {
    while (killing) await ask();
  });
  for (let kill = 0; kill < KILLS; kill += 1) {
    const refused = statuses.get(403) ?? 0;
    // Each server gets to answer before it is killed in the middle of its work.
    while ((statuses.get(403) ?? 0) < refused + 20) await ask();
    process.kill(Number(gateway.pluginServerPid()), 'SIGKILL');
    while ((await ask()) !== 500) continue;
  }
  killing = false;
  await Promise.all(load);

  expect([...statuses.keys()].sort()).toEqual([403, 500]);
  expect(service.seen).toHaveLength(0);
  expect(gateway.stats.pluginServerStarts).toBeGreaterThanOrEqual(KILLS);
});
