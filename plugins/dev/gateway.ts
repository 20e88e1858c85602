import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BundledContext } from './bundled';
import { loadConfig, type ConfigSource } from './config';
import { Exchange, RequestBody, serialize, type Listener } from './exchange';
import { leakingView, type OtherExchanges } from './faults';
import { createGeneration, type Generation } from './generation';
import { serveExchange } from './lifecycle';
import { listenAll, type OpenListener } from './listeners';
import type { GatewayOptions, GatewayStats, ListenAddress, RunningGateway } from './options';
import { bindPdk, consumerMessage, OWN_ANSWER, type PdkGateway } from './pdk';
import { PluginServers } from './plugin-servers';
import type { BindPdk } from './pluginserver';
import { RequestIds } from './request-ids';

/**
 * Starts the embedded gateway: reads kong.yml, asks the plugin servers about their plugins, starts them, listens.
 * It is for trying, teaching and testing, and says so; production is Kong.
 * @throws GatewayConfigError with every fault of the file; DescribeError; Error when a listener cannot be opened.
 */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const directory = mkdtempSync(join(tmpdir(), 'modi-dev-'));
  const servers = new PluginServers(options, join(directory, 'pluginserver.sock'));
  try {
    const source = readSource(options.configFile);
    await servers.describe(source);
    const gateway = new Gateway(options, source, servers, directory);
    await gateway.open();
    return gateway;
  } catch (error) {
    await servers.close();
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
}

const readSource = (file: string | ConfigSource): ConfigSource =>
  typeof file === 'string' ? { name: file, text: readFileSync(file, 'utf8') } : file;

class Gateway implements RunningGateway, OtherExchanges {
  addresses: readonly ListenAddress[] = [];
  readonly inFlight = new Set<Exchange>();
  ended: Exchange | undefined;
  private readonly options: GatewayOptions;
  private readonly source: ConfigSource;
  private readonly servers: PluginServers;
  /** For the plugin server's socket and large request bodies; nobody else may look inside. */
  private readonly directory: string;
  private readonly now: () => number;
  private readonly ids = new RequestIds();
  private readonly pdk: BindPdk;
  private readonly bundled: Omit<BundledContext, 'consumers'>;
  private generation: Generation;
  private listeners: readonly OpenListener[] = [];
  private readonly retiring = new Set<Promise<void>>();
  private requests = 0;
  private failures = 0;

  constructor(options: GatewayOptions, source: ConfigSource, servers: PluginServers, directory: string) {
    this.options = options;
    this.source = source;
    this.servers = servers;
    this.directory = directory;
    this.now = options.now ?? Date.now;
    const nodeId = randomUUID();
    const view = options.faults?.crossRequestLeak === true ? leakingView(this) : OWN_ANSWER;
    this.pdk = bindPdk(this.pdkGateway(nodeId), options.logger, view);
    this.bundled = {
      logger: options.logger,
      now: this.now,
      nodeId,
      counters: new Map(),
      directory: process.cwd(),
      serialize: (exchange) => serialize(exchange, this.now()),
    };
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
      pluginServerStarts: this.servers.starts,
      failures: this.failures,
    };
  }

  async open(): Promise<void> {
    const { logger, listen } = this.options;
    for (const warning of this.generation.config.warnings) logger.warn(`${this.source.name}: ${warning}`);
    await this.servers.start();
    this.listeners = await listenAll(listen, (listener, incoming, outgoing) => {
      this.serve(listener, incoming, outgoing);
    });
    this.addresses = this.listeners.map(({ address }) => address);
    logger.warn(`embedded gateway on ${this.url}, for trying and testing; it is not a production proxy, Kong is`);
  }

  pluginServerPid(): number | undefined {
    return this.servers.pid;
  }

  async reload(configText: string): Promise<void> {
    const source = { name: this.source.name, text: configText };
    await this.servers.describe(source);
    const next = this.compile(source);
    await this.servers.start();
    this.retire(this.generation);
    this.generation = next;
  }

  async close(): Promise<void> {
    await Promise.all(this.listeners.map((listener) => listener.close()));
    this.retire(this.generation);
    await Promise.all(this.retiring);
    await this.servers.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** A configuration ends when its last request does; nobody waits for that but `close`. */
  private retire(generation: Generation): void {
    const ending = generation
      .close()
      .catch((error: unknown) => {
        this.options.logger.error(`ending a configuration: ${(error as Error).message}`);
      })
      .finally(() => this.retiring.delete(ending));
    this.retiring.add(ending);
  }

  private compile(source: ConfigSource): Generation {
    const config = loadConfig(source, this.servers.catalogue, this.servers.names);
    return createGeneration(config, {
      logger: this.options.logger,
      kinds: this.servers.kinds,
      pdk: this.pdk,
      bundled: { ...this.bundled, consumers: config.consumers },
    });
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
    const body = new RequestBody(incoming, this.directory, id);
    const started = this.now();
    const exchange = new Exchange({ id, worker, listener, incoming, outgoing, body, started });
    this.inFlight.add(exchange);
    const { logger } = this.options;
    const context = { logger, now: this.now, onFailure: () => (this.failures += 1) };
    const leave = this.generation.enter();
    serveExchange(exchange, this.generation, context)
      .finally(leave)
      .then(() => {
        this.finish(exchange);
      })
      .catch((error: unknown) => {
        logger.error(`${(error as Error).message}, request_id: ${id}`);
      });
  }

  private finish(exchange: Exchange): void {
    const { onLog, faults } = this.options;
    this.inFlight.delete(exchange);
    if (faults !== undefined) this.ended = exchange;
    onLog?.(serialize(exchange, this.now()));
  }
}
