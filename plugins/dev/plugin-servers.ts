import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PLUGIN_NAMES } from '../runtime/registry';
import { BUNDLED_PLUGINS } from './bundled';
import { pluginNamesIn, type ConfigSource, type PluginCatalogue, type PluginKind } from './config';
import type { GatewayOptions } from './options';
import {
  ConnectionPool,
  describePlugin,
  PluginServerProcess,
  type ExternalKind,
  type PluginServerEntry,
} from './pluginserver';

/** Kong's limits: on waiting for a plugin server's next frame, and on starting it again. */
const FRAME_TIMEOUT_MS = 60_000;
const RESPAWN_MS = 1000;

/** The plugin servers of the gateway: their plugins, their processes, the connections to them. */
export class PluginServers {
  /** The plugins they serve, by name. */
  readonly kinds = new Map<string, ExternalKind>();
  private readonly options: GatewayOptions;
  private readonly packSocket: string;
  private readonly processes: PluginServerProcess[] = [];
  private readonly pools = new Map<string, ConnectionPool>();

  /** `packSocket`: where the pack's own server will listen, when it is needed. */
  constructor(options: GatewayOptions, packSocket: string) {
    this.options = options;
    this.packSocket = packSocket;
  }

  get pid(): number | undefined {
    return this.processes[0]?.pid;
  }

  get starts(): number {
    return this.processes.reduce((sum, { starts }) => sum + starts, 0);
  }

  get catalogue(): PluginCatalogue {
    return new Map<string, PluginKind>([...BUNDLED_PLUGINS, ...this.kinds]);
  }

  /** Every name that a kong.yml could use here, for telling what a wrong one was meant to be. */
  get names(): readonly string[] {
    const pack = this.options.pluginServers === undefined ? PLUGIN_NAMES : [];
    return [...new Set([...BUNDLED_PLUGINS.keys(), ...pack, ...this.kinds.keys()])];
  }

  /**
   * Asks about the plugins that a configuration uses and that are not known yet: all of the entries given, or the
   * pack's own for each of its plugins.
   * @throws DescribeError when an entry does not describe its plugin.
   */
  async describe(source: ConfigSource): Promise<void> {
    const { pluginServers } = this.options;
    if (pluginServers !== undefined) {
      if (this.kinds.size === 0) await Promise.all(pluginServers.map((entry) => this.describeEntry(entry)));
      return;
    }
    const names = pluginNamesIn(source).filter((name) => PLUGIN_NAMES.includes(name) && !this.kinds.has(name));
    await Promise.all(names.map((name) => this.describePackPlugin(name)));
  }

  /** Starts what is not running and waits until it takes connections. */
  async start(): Promise<void> {
    const started = this.processes.filter(({ starts }) => starts === 0);
    for (const process of started) process.start();
    await Promise.all(started.map((process) => process.listening()));
  }

  async close(): Promise<void> {
    for (const pool of this.pools.values()) pool.close();
    await Promise.all(this.processes.map((process) => process.stop()));
  }

  private async describePackPlugin(name: string): Promise<void> {
    const queryCommand = [process.execPath, packMain(), '--describe', name];
    await this.describeEntry({ name, socket: this.packSocket, queryCommand });
    if (this.processes.length === 0) {
      this.manage('modi-pluginserver', this.packSocket, [process.execPath, packMain(), '--socket', this.packSocket]);
    }
  }

  private async describeEntry(entry: PluginServerEntry): Promise<void> {
    const plugin = await describePlugin(entry);
    const { pluginServerTimeout = FRAME_TIMEOUT_MS } = this.options;
    const pool = this.pools.get(entry.socket) ?? new ConnectionPool(entry.socket, pluginServerTimeout);
    this.pools.set(entry.socket, pool);
    this.kinds.set(plugin.name, { ...plugin, pool });
    if (entry.startCommand !== undefined) this.manage(entry.name, entry.socket, entry.startCommand);
  }

  private manage(name: string, socket: string, command: readonly string[]): void {
    const { logger, respawnInterval: respawnMs = RESPAWN_MS } = this.options;
    this.processes.push(new PluginServerProcess({ name, command, socket, logger, respawnMs }));
  }
}

/** Compiled, this file lies in dist/dev; run from source, in plugins/dev. Both have the compiled server beside. */
function packMain(): string {
  const compiled = join(__dirname, '..', 'runtime', 'main.js');
  return existsSync(compiled) ? compiled : join(__dirname, '..', '..', 'dist', 'runtime', 'main.js');
}
