import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { PLUGIN_NAMES } from '../../runtime/registry';
import { installedKong, readKongVersion, startsEveryEntry, type KongVersion } from '../kong';
import { usageError } from '../shell/cli-error';
import type { Context } from '../shell/context';
import type { Values } from '../shell/values';
import type { Surroundings } from './checks';
import { acceptedNode, pluginServerProgram, stockPlugins } from './place';
import type { InstallPlan } from './plan';

/** The plan and its surroundings from the command line. @throws CliError CLI_USAGE. */
export async function readPlan(
  values: Values,
  context: Context,
): Promise<{ readonly plan: InstallPlan; readonly around: Surroundings }> {
  const kong = await kongVersion(values);
  const service = values.flag('service');
  const node = pathOption(values, 'node', context) ?? process.execPath;
  const prefix = pathOption(values, 'prefix', context) ?? '/usr/local/kong';
  const home = pathOption(values, 'home', context);
  const plan: InstallPlan = {
    plugins: readPlugins(values),
    socket: pathOption(values, 'socket', context) ?? (service ? '/run/modi/modi.sock' : join(prefix, 'modi.sock')),
    pluginServer: [plain(node, 'node'), plain(pluginServerProgram(), 'modi')],
    stock: values.string('server') === 'stock' ? stockServer(values, node, context) : undefined,
    startedByKong: !service,
    everyEntryStarted: kong !== undefined && startsEveryEntry(kong),
    home,
    metrics: metricsOption(values),
  };
  return {
    plan,
    around: {
      node: { path: node, version: process.version, accepted: acceptedNode() },
      kong,
      user: values.string('user') ?? 'kong',
      prefix,
      env: context.host.env,
    },
  };
}

function readPlugins(values: Values): readonly string[] {
  const wanted = values.list('plugin');
  return wanted.length === 0 ? PLUGIN_NAMES : PLUGIN_NAMES.filter((name) => wanted.includes(name));
}

async function kongVersion(values: Values): Promise<KongVersion | undefined> {
  const told = values.string('kongVersion');
  if (told === undefined) return installedKong('kong');
  const version = readKongVersion(told);
  if (version !== undefined) return version;
  throw usageError(
    `--kong-version must be like 3.9.1, found "${told}"`,
    `--kong-version dev'essere come 3.9.1, trovato "${told}"`,
  );
}

function stockServer(values: Values, node: string, context: Context): InstallPlan['stock'] {
  const program = pathOption(values, 'stockServer', context) ?? onPath('kong-js-pluginserver', context);
  if (program === undefined) {
    throw usageError(
      'there is no kong-js-pluginserver on PATH; give its path with --stock-server',
      'kong-js-pluginserver non è nel PATH; indicarlo con --stock-server',
    );
  }
  return { command: [node, program], folder: plain(stockPlugins(), 'modi') };
}

const onPath = (program: string, { host }: Context): string | undefined =>
  (host.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));

function metricsOption(values: Values): string | undefined {
  const metrics = values.string('metrics');
  return metrics === undefined ? undefined : plain(metrics, 'metrics');
}

/** Kong starts programs in a folder of its own choice: paths are made absolute. */
function pathOption(values: Values, name: string, { host }: Context): string | undefined {
  const path = values.string(name);
  return path === undefined ? undefined : plain(resolve(host.cwd, path), name);
}

/** Kong hands a command line to a shell, and a hash begins a comment in kong.conf: what would need quotes is refused. */
function plain(path: string, name: string): string {
  if (/^[\w@%+=:,./-]+$/.test(path)) return path;
  throw usageError(
    `"${path}" (${name}) has characters that a command line of Kong would need to quote; use another path`,
    `"${path}" (${name}) ha caratteri che in una riga di comando di Kong andrebbero protetti; usare un altro percorso`,
  );
}
