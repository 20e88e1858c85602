import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BundledContext } from './bundled';
import { catalogueOf, describeAll, describeKnown, packEntries, packStartCommand, type ServedPlugin } from './catalogue';
import { loadConfig, pluginNamesIn, type ConfigSource } from './config';
import { Exchange, RequestBody, serialize, type Listener } from './exchange';
import { leakingView, type OtherExchanges } from './faults';
import { RequestIds } from './request-ids';
import { createGeneration, type Generation, type GenerationParts } from './generation';
import { serveExchange } from './lifecycle';
import { listenAll, type OpenListener } from './listeners';
import type { GatewayOptions, GatewayStats, ListenAddress, RunningGateway } from './options';
import { bindPdk, consumerMessage, OWN_ANSWER, type PdkGateway } from './pdk';
import { ConnectionPool, PluginServerProcess, type PluginServerEntry } from './pluginserver';

const PLUGIN_SERVER_TIMEOUT_MS = 60_000;
const RESPAWN_MS = 1000;

/**
 * Starts the embedded gateway: reads kong.yml, asks the plugin servers about their plugins, starts them, listens.
 * It is for trying, teaching and testing, and says so; production is Kong.
 * @throws GatewayConfigError with every fault of the file; DescribeError; Error when a listener cannot be opened.
 */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const directory = mkdtempSync(join(tmpdir(), 'modi-dev-'));
  try {
    const source = readSource(options.configFile);
    const servers = await findPluginServers(options, source, join(directory, 'pluginserver.sock'));
    const gateway = new Gateway(options, source, servers, directory);
    await gateway.open().catch(async (error: unknown) => {
      await gateway.close();
      throw error;
    });
    return gateway;
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
}

interface PluginServers {
  readonly served: readonly ServedPlugin[];
  readonly start: readonly { readonly name: string; readonly command: readonly string[]; readonly socket: string }[];
}

const readSource = (file: string | ConfigSource): ConfigSource =>
  typeof file === 'string' ? { name: file, text: readFileSync(file, 'utf8') } : file;

async function findPluginServers(
  { pluginServers }: GatewayOptions,
  source: ConfigSource,
  socket: string,
): Promise<PluginServers> {
  if (pluginServers !== undefined) {
    return { served: await describeAll(pluginServers), start: pluginServers.flatMap(startOf) };
  }
  const served = await describeKnown(packEntries(pluginNamesIn(source), socket));
  const start = served.length === 0 ? [] : [{ name: 'modi-pluginserver', command: packStartCommand(socket), socket }];
  return { served, start };
}

const startOf = ({ name, socket, startCommand }: PluginServerEntry) =>
  startCommand === undefined ? [] : [{ name, socket, command: startCommand }];

class Gateway implements RunningGateway, OtherExchanges {
  addresses: readonly ListenAddress[] = [];
  private readonly options: GatewayOptions;
  private readonly source: ConfigSource;
  private readonly served: readonly ServedPlugin[];
  private readonly directory: string;
  private readonly now: () => number;
  private readonly processes: readonly PluginServerProcess[];
  private readonly pools = new Map<string, ConnectionPool>();
  readonly inFlight = new Set<Exchange>();
  ended: Exchange | undefined;
  private readonly ids = new RequestIds();
  private readonly parts: Omit<GenerationParts, 'bundled'>;
  private readonly bundled: Omit<BundledContext, 'consumers'>;
  private generation: Generation;
  private listeners: readonly OpenListener[] = [];
  private requests = 0;
  private failures = 0;

  constructor(options: GatewayOptions, source: ConfigSource, servers: PluginServers, directory: string) {
    this.options = options;
    this.source = source;
    this.served = servers.served;
    this.directory = directory;
    this.now = options.now ?? Date.now;
    const { logger } = options;
    this.processes = servers.start.map(
      ({ name, command, socket }) =>
        new PluginServerProcess({ name, command, socket, logger, respawnMs: options.respawnInterval ?? RESPAWN_MS }),
    );
    const nodeId = randomUUID();
    const view = options.faults?.crossRequestLeak === true ? leakingView(this) : OWN_ANSWER;
    this.bundled = {
      logger,
      now: this.now,
      nodeId,
      counters: new Map(),
      directory: process.cwd(),
      serialize: (exchange) => serialize(exchange, this.now()),
    };
    this.parts = { logger, kinds: this.externalKinds(), pdk: bindPdk(this.pdkGateway(nodeId), logger, view) };
    this.generation = this.compile(source);
  }

  get url(): string {
    const [first] = this.addresses;
    if (first === undefined) return '';
    const host = first.host.includes(':') ? `[${first.host}]` : first.host;
    return `${first.tls ? 'https' : 'http'}://${host}:${first.port}`;
  }

  get stats(): GatewayStats {
    return {
      requests: this.requests,
      inFlight: this.inFlight.size,
      pluginServerStarts: this.processes.reduce((sum, { starts }) => sum + starts, 0),
      failures: this.failures,
    };
  }

  async open(): Promise<void> {
    const { logger, listen } = this.options;
    for (const warning of this.generation.config.warnings) logger.warn(`${this.source.name}: ${warning}`);
    for (const process of this.processes) process.start();
    await Promise.all(this.processes.map((process) => process.listening()));
    this.listeners = await listenAll(listen, (listener, incoming, outgoing) => {
      this.serve(listener, incoming, outgoing);
    });
    this.addresses = this.listeners.map(({ address }) => address);
    logger.warn(`embedded gateway on ${this.url}, for trying and testing; it is not a production proxy, Kong is`);
  }

  pluginServerPid(): number | undefined {
    return this.processes[0]?.pid;
  }

  async reload(configText: string): Promise<void> {
    const before = this.generation;
    this.generation = this.compile({ name: this.source.name, text: configText });
    await before.close();
  }

  async close(): Promise<void> {
    await Promise.all(this.listeners.map((listener) => listener.close()));
    await this.generation.close();
    for (const pool of this.pools.values()) pool.close();
    await Promise.all(this.processes.map((process) => process.stop()));
    rmSync(this.directory, { recursive: true, force: true });
  }

  private compile(source: ConfigSource): Generation {
    const config = loadConfig(source, catalogueOf(this.served));
    return createGeneration(config, { ...this.parts, bundled: { ...this.bundled, consumers: config.consumers } });
  }

  private externalKinds(): GenerationParts['kinds'] {
    const timeout = this.options.pluginServerTimeout ?? PLUGIN_SERVER_TIMEOUT_MS;
    return new Map(
      this.served.map((plugin) => {
        const pool = this.pools.get(plugin.socket) ?? new ConnectionPool(plugin.socket, timeout);
        this.pools.set(plugin.socket, pool);
        return [plugin.name, { ...plugin, pool }];
      }),
    );
  }

  private pdkGateway(nodeId: string): PdkGateway {
    return {
      nodeId,
      serialize: (exchange) => serialize(exchange, this.now()),
      hasUpstream: (name) => this.generation.config.upstreams.some((upstream) => upstream.name === name),
      findConsumer: (id, byUsername) => {
        const found = this.generation.config.consumers.find(
          (consumer) => consumer.id === id || (byUsername && consumer.username === id),
        );
        return found && consumerMessage(found);
      },
    };
  }

  private serve(listener: Listener, incoming: IncomingMessage, outgoing: ServerResponse): void {
    const id = this.ids.next();
    const worker = this.requests % (this.options.workers ?? 1);
    this.requests += 1;
    const exchange = new Exchange({
      id,
      worker,
      listener,
      incoming,
      outgoing,
      body: new RequestBody(incoming, this.directory, id),
      started: this.now(),
    });
    this.inFlight.add(exchange);
    const { logger, onLog } = this.options;
    const context = { logger, now: this.now, onFailure: () => (this.failures += 1) };
    void serveExchange(exchange, this.generation, context).then(() => {
      this.inFlight.delete(exchange);
      if (this.options.faults !== undefined) this.ended = exchange;
      onLog?.(serialize(exchange, this.now()));
    });
  }
}
