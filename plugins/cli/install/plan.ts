import { optionOf } from '../kong';

/** Where everything of an installation lies, and who starts what. */
export interface InstallPlan {
  /** Names of plugins of the pack, in the order in which kong.conf gets them. */
  readonly plugins: readonly string[];
  /** The plugin server's socket. All entries share it, and one process serves it. */
  readonly socket: string;
  /** `modi-pluginserver`, as a command line of absolute paths without quotes. */
  readonly pluginServer: readonly string[];
  /** The stock kong-js-pluginserver instead of ours: its command line, and the folder of the plugins it loads. */
  readonly stock: { readonly command: readonly string[]; readonly folder: string } | undefined;
  /** False: somebody else starts the plugin server, for instance systemd. */
  readonly startedByKong: boolean;
  /** Kong 3.4 skips the plugins of an entry that it has not started itself. */
  readonly everyEntryStarted: boolean;
  /** MODI_HOME of the plugin server: Kong starts it without any environment. */
  readonly home: string | undefined;
  /** Where it answers with metrics. */
  readonly metrics: string | undefined;
}

/** One line of kong.conf. */
export interface Setting {
  readonly name: string;
  readonly value: string;
  /** A value that others share: ours are added to what is there. */
  readonly list?: readonly string[];
  /** Only where nothing is set: what is there was somebody's decision. */
  readonly onlyIfMissing?: true;
}

/** Does nothing, for as long as Kong runs: what an entry starts whose socket another entry's process serves. */
const NOTHING = '/bin/sleep infinity';

/** nginx takes 8 KiB per header line unless told otherwise; a token with its chain of certificates can be longer. */
const HEADER_BUFFERS: Setting = {
  name: 'nginx_http_large_client_header_buffers',
  value: '8 32k',
  onlyIfMissing: true,
};

/** The lines of kong.conf for a plan. Names are Kong's documented ones; nothing else is changed in Kong. */
export function settingsOf(plan: InstallPlan): readonly Setting[] {
  const { plugins } = plan;
  return [
    { name: 'plugins', value: ['bundled', ...plugins].join(','), list: plugins },
    { name: 'pluginserver_names', value: plugins.join(','), list: plugins },
    ...plugins.flatMap((plugin, index) => entryOf(plan, plugin, index === 0)),
    HEADER_BUFFERS,
  ];
}

function entryOf(plan: InstallPlan, plugin: string, first: boolean): readonly Setting[] {
  const describe = [...plan.pluginServer, '--describe', plugin, ...(plan.stock ? ['--protocol', 'MsgPack:1'] : [])];
  const start = startOf(plan, first);
  return [
    { name: optionOf(plugin, 'socket'), value: plan.socket },
    { name: optionOf(plugin, 'query_cmd'), value: describe.join(' ') },
    ...(start === undefined ? [] : [{ name: optionOf(plugin, 'start_cmd'), value: start }]),
  ];
}

function startOf(plan: InstallPlan, first: boolean): string | undefined {
  if (first && plan.startedByKong) return serverCommand(plan).join(' ');
  return plan.everyEntryStarted ? NOTHING : undefined;
}

/** What starts the plugin server, by Kong or by the service manager. */
export function serverCommand(plan: InstallPlan): readonly string[] {
  const { home, metrics, socket, stock, pluginServer } = plan;
  const environment = home === undefined ? [] : ['/usr/bin/env', `MODI_HOME=${home}`];
  if (stock !== undefined) return [...environment, ...stock.command, ...stockFlags(stock.folder, socket)];
  const flags = metrics === undefined ? [] : ['--metrics', metrics];
  return [...environment, ...pluginServer, '--socket', socket, ...flags];
}

/** The stock server takes folder and name of its socket apart. */
function stockFlags(folder: string, socket: string): readonly string[] {
  const cut = socket.lastIndexOf('/');
  const [prefix, name] = [socket.slice(0, cut) || '/', socket.slice(cut + 1)];
  return ['--plugins-directory', folder, '--kong-prefix', prefix, '--sock-name', name];
}
