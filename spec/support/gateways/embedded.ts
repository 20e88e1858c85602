import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow } from './files-below';
import { pidOf } from './pid-of';
import type { GatewaySpec, TestGateway } from './types';

/** `MODI_GATEWAY=embedded`: the pack's own gateway, in a child process. */
export async function startEmbedded({
  kongYml,
  folder,
  pluginServers,
  workers,
  faults,
  tls,
}: GatewaySpec): Promise<TestGateway> {
  const options = {
    configFile: { name: join(folder, 'kong.yml'), text: kongYml },
    listen: [{ host: '127.0.0.1', port: 0 }, ...(tls === undefined ? [] : [{ host: '127.0.0.1', port: 0, tls }])],
    pluginServers: pluginServers.map(({ plugin, socket, start, describe }) => ({
      name: plugin,
      socket,
      queryCommand: describe,
      ...(start === undefined ? {} : { startCommand: start }),
    })),
    ...(workers === undefined ? {} : { workers }),
    ...(faults === undefined ? {} : { faults }),
  };
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary, { recursive: true });
  const child = fork(join(__dirname, 'embedded-child.cjs'), [JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, TMPDIR: temporary },
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const [said] = (await once(child, 'message')) as [{ url?: string; tlsUrl?: string; error?: string }];
  if (said.url === undefined) throw new Error(`the gateway did not start: ${said.error ?? ''}\n${log}`);
  return {
    kind: 'embedded',
    url: said.url,
    ...(said.tlsUrl === undefined ? {} : { tlsUrl: said.tlsUrl }),
    log: () => log,
    bodyFiles: () => filesBelow(temporary).filter((path) => !path.endsWith('.sock')),
    pluginServerPid: () => Promise.resolve(pidOf(pluginServers[0]?.socket ?? '')),
    async stop() {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
