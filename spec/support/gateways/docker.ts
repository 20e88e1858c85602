import { join } from 'node:path';
import { GenericContainer, Wait, type StartedTestContainer } from 'testcontainers';
import { freePort } from '../free-port';
import { pidOf } from './pid-of';
import type { GatewaySpec, PluginServerSpec, TestGateway } from './types';

const ROOT = join(__dirname, '../../..');
/** The build of the pack on this machine, and in the image. */
const HERE = [process.execPath, join(ROOT, 'dist/runtime/main.js')] as const;
const THERE = ['/usr/local/bin/node', '/opt/modi/dist/runtime/main.js'] as const;

/**
 * `MODI_GATEWAY=docker`: the image of docker/Dockerfile on Kong's own image of a version. It shares the network of this
 * machine and the test's folder, under the same path, so that a case needs to know nothing of containers.
 */
export async function startDocker(spec: GatewaySpec, version: string): Promise<TestGateway> {
  const { folder, kongYml, pluginServers, workers = 2 } = spec;
  const port = await freePort();
  const image = await GenericContainer.fromDockerfile(ROOT, 'docker/Dockerfile')
    .withBuildArgs({ KONG_IMAGE: `kong:${version}` })
    .build(`kong-modi-test:${version}`, { deleteOnExit: false });
  let log = '';
  const container = await image
    .withNetworkMode('host')
    // The test's files are its user's alone.
    .withUser(`${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`)
    .withBindMounts([{ source: folder, target: folder }])
    .withTmpFs({ '/run/kong': 'mode=1777' })
    .withCopyContentToContainer([{ content: kongYml, target: '/etc/kong/kong.yml' }])
    .withEnvironment({
      ...pluginServerVariables(pluginServers, version),
      KONG_DATABASE: 'off',
      KONG_DECLARATIVE_CONFIG: '/etc/kong/kong.yml',
      KONG_PROXY_LISTEN: `127.0.0.1:${port}`,
      KONG_ADMIN_LISTEN: 'off',
      KONG_ADMIN_GUI_LISTEN: 'off',
      KONG_NGINX_WORKER_PROCESSES: String(workers),
      KONG_LOG_LEVEL: 'info',
      KONG_PROXY_ACCESS_LOG: 'off',
      KONG_ANONYMOUS_REPORTS: 'off',
    })
    .withLogConsumer((stream) => {
      stream.on('data', (chunk: Buffer | string) => (log += chunk.toString()));
    })
    .withWaitStrategy(Wait.forHealthCheck())
    .start();
  return running(container, port, pluginServers, () => log);
}

const running = (
  container: StartedTestContainer,
  port: number,
  pluginServers: readonly PluginServerSpec[],
  log: () => string,
): TestGateway => ({
  kind: 'docker',
  url: `http://127.0.0.1:${port}`,
  log,
  bodyFiles: () => [],
  pluginServerPid: () => Promise.resolve(pidOf(pluginServers[0]?.socket ?? '')),
  async stop() {
    await container.stop();
  },
});

/** As an operator overrides the image's own kong.conf. Only the pack's server is in the image. */
function pluginServerVariables(servers: readonly PluginServerSpec[], version: string): Record<string, string> {
  const names = servers.map(({ plugin }) => plugin);
  const entries = servers.flatMap(({ plugin, socket, start, describe }) => {
    const key = `KONG_PLUGINSERVER_${plugin.replaceAll('-', '_').toUpperCase()}`;
    // Kong 3.4 skips the plugins of an entry that it has not started itself.
    const command = start === undefined ? (version.startsWith('3.4') ? '/bin/sleep infinity' : '') : inImage(start);
    return [
      [`${key}_SOCKET`, socket],
      [`${key}_QUERY_CMD`, inImage(describe)],
      ...(command === '' ? [] : [[`${key}_START_CMD`, command]]),
    ];
  });
  return {
    KONG_PLUGINS: ['bundled', ...names].join(','),
    KONG_PLUGINSERVER_NAMES: names.join(','),
    ...(Object.fromEntries(entries) as Record<string, string>),
  };
}

function inImage([node, main, ...rest]: readonly string[]): string {
  if (node === HERE[0] && main === HERE[1]) return [...THERE, ...rest].join(' ');
  throw new Error(`only the plugin server of the pack is in the image, not ${node ?? ''} ${main ?? ''}`);
}
