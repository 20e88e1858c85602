import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../free-port';
import { filesBelow } from './files-below';
import { pidOf } from './pid-of';
import type { GatewaySpec, PluginServerSpec, TestGateway } from './types';

const run = promisify(execFile);

/** `MODI_GATEWAY=kong`: the `kong` on PATH, DB-less, in a prefix of the test's own. */
export async function startKong({
  kongYml,
  folder,
  pluginServers,
  tls,
  workers = 2,
}: GatewaySpec): Promise<TestGateway> {
  const prefix = join(folder, 'prefix');
  mkdirSync(prefix, { recursive: true });
  writeFileSync(join(folder, 'kong.yml'), kongYml);
  const port = await freePort();
  const conf = join(folder, 'kong.conf');
  const tlsPort = tls === undefined ? undefined : await freePort();
  const listen = [
    `proxy_listen = 127.0.0.1:${port}${tlsPort === undefined ? '' : `, 127.0.0.1:${tlsPort} ssl`}`,
    ...(tls === undefined ? [] : tlsLines(folder, tls)),
  ];
  writeFileSync(conf, confOf(folder, prefix, listen, workers, await startedWhereNeeded(pluginServers)));
  await run('kong', ['start', '-c', conf]).catch((error: unknown) => {
    throw new Error(`kong did not start: ${String((error as { stderr?: string }).stderr)}\n${logOf(prefix)}`);
  });
  const url = `http://127.0.0.1:${port}`;
  const sockets = [...new Set(pluginServers.map(({ socket }) => socket))];
  for (let tries = 0; !sockets.every(existsSync) && tries < 200; tries += 1) await pause(50);
  return {
    kind: 'kong',
    url,
    ...(tlsPort === undefined ? {} : { tlsUrl: `https://127.0.0.1:${tlsPort}` }),
    log: () => logOf(prefix),
    bodyFiles: () => filesBelow(join(prefix, 'client_body_temp')),
    pluginServerPid: () => Promise.resolve(pidOf(sockets[0] ?? '')),
    async stop() {
      await run('kong', ['stop', '-p', prefix]);
    },
  };
}

/** Kong 3.4 skips the plugins of an entry that it has not started itself. */
async function startedWhereNeeded(servers: readonly PluginServerSpec[]): Promise<readonly PluginServerSpec[]> {
  const { stdout } = await run('kong', ['version']);
  if (!/\b3\.4\./.test(stdout)) return servers;
  return servers.map((server) => ({ start: ['/bin/sleep', 'infinity'], ...server }));
}

function confOf(
  folder: string,
  prefix: string,
  listen: readonly string[],
  workers: number,
  servers: readonly PluginServerSpec[],
): string {
  const names = servers.map(({ plugin }) => plugin);
  const lines = servers.flatMap(({ plugin, socket, start, describe }) => {
    const key = `pluginserver_${plugin.replaceAll('-', '_')}`;
    return [
      `${key}_socket = ${socket}`,
      `${key}_query_cmd = ${describe.join(' ')}`,
      ...(start === undefined ? [] : [`${key}_start_cmd = ${start.join(' ')}`]),
    ];
  });
  return [
    `prefix = ${prefix}`,
    'database = off',
    `declarative_config = ${join(folder, 'kong.yml')}`,
    `plugins = bundled,${names.join(',')}`,
    `pluginserver_names = ${names.join(',')}`,
    ...lines,
    ...listen,
    'admin_listen = off',
    'admin_gui_listen = off',
    `nginx_worker_processes = ${workers}`,
    'anonymous_reports = off',
    'log_level = info',
    'proxy_access_log = off',
    '',
  ].join('\n');
}

/** Any client certificate is taken, as the pack wants it: the plugin judges it by the channel's own trust. */
function tlsLines(folder: string, { cert, key }: NonNullable<GatewaySpec['tls']>): string[] {
  const [certFile, keyFile] = [join(folder, 'tls.pem'), join(folder, 'tls.key')];
  writeFileSync(certFile, cert);
  writeFileSync(keyFile, key);
  return [`ssl_cert = ${certFile}`, `ssl_cert_key = ${keyFile}`, 'nginx_proxy_ssl_verify_client = optional_no_ca'];
}

const logOf = (prefix: string): string => {
  const path = join(prefix, 'logs', 'error.log');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
};

/** Why the suite cannot run on Kong here, or undefined when it can. */
export function kongMissing(): string | undefined {
  try {
    execFileSync('kong', ['version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'MODI_GATEWAY=kong needs a kong on PATH';
  }
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
