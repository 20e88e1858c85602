import { BUNDLED_PLUGINS, type BundledContext } from './bundled';
import type { GatewayConfig, PluginEntity } from './config';
import type { GatewayLogger } from './logger';
import type { ConfiguredPlugin } from './plugin';
import { PluginChains } from './plugin-chain';
import { ExternalPlugin, type BindPdk, type ExternalKind } from './pluginserver';
import { Balancer, Forwarder } from './proxy';
import { Router } from './router';
import { resolveReferences } from './vault';

/** One configuration in force: its routes, its plugins ready to run, its connections to services. */
export interface Generation {
  readonly config: GatewayConfig;
  readonly router: Router;
  readonly chains: PluginChains;
  readonly forwarder: Forwarder;
  /** Counts a request that is served by this configuration; the function returned counts it out. */
  enter(): () => void;
  /** Waits for the requests counted in, then ends instances and connections. */
  close(): Promise<void>;
}

export interface GenerationParts {
  readonly kinds: ReadonlyMap<string, ExternalKind>;
  readonly pdk: BindPdk;
  readonly bundled: BundledContext;
  readonly logger: GatewayLogger;
}

/** Compiles a configuration. Nothing is connected yet: instances start with the first request that needs them. */
export function createGeneration(config: GatewayConfig, parts: GenerationParts): Generation {
  const siblings = new Map<string, Set<ExternalPlugin>>();
  const configured = config.plugins
    .filter(({ enabled }) => enabled)
    .map((entity) => ({ entity, plugin: configure(entity, parts, siblings) }));
  const priorities = new Map([
    ...[...BUNDLED_PLUGINS.values()].map(({ name, priority }) => [name, priority] as const),
    ...[...parts.kinds.values()].map(({ name, priority }) => [name, priority] as const),
  ]);
  const balancers = new Map(config.upstreams.map((upstream) => [upstream.name, new Balancer(upstream)]));
  const forwarder = new Forwarder(balancers, parts.bundled.now);
  const usage = new Usage();
  return {
    config,
    router: new Router(config.routes),
    chains: new PluginChains(configured, priorities),
    forwarder,
    enter: () => usage.enter(),
    close: async () => {
      await usage.ended();
      forwarder.close();
      for (const { plugin } of configured) await plugin.close?.();
    },
  };
}

/** How many requests still need a configuration. */
class Usage {
  private count = 0;
  private whenEnded: (() => void) | undefined;

  enter(): () => void {
    this.count += 1;
    return () => {
      this.count -= 1;
      if (this.count === 0) this.whenEnded?.();
    };
  }

  async ended(): Promise<void> {
    if (this.count > 0) await new Promise<void>((resolve) => (this.whenEnded = resolve));
  }
}

function configure(
  entity: PluginEntity,
  parts: GenerationParts,
  siblings: Map<string, Set<ExternalPlugin>>,
): ConfiguredPlugin {
  const kind = parts.kinds.get(entity.name);
  if (kind === undefined) {
    const bundled = BUNDLED_PLUGINS.get(entity.name);
    if (bundled === undefined) throw new TypeError(`plugin ${entity.name} passed validation and is not known`);
    const { config } = resolveReferences(entity.config, bundled.fields, parts.logger);
    const scope = `${entity.route?.id ?? ''}:${entity.service?.id ?? ''}`;
    return bundled.configure(config, parts.bundled, scope);
  }
  const own = siblings.get(entity.name) ?? new Set<ExternalPlugin>();
  siblings.set(entity.name, own);
  const { config, references } = resolveReferences(entity.config, kind.fields, parts.logger);
  const handed = { ...config, ...bookkeeping(entity), ...(references === undefined ? {} : { $refs: references }) };
  return new ExternalPlugin({ kind, config: handed, pdk: parts.pdk, logger: parts.logger, siblings: own });
}

let sequence = 0;

/** What Kong adds to the configuration that an instance is given. */
function bookkeeping(entity: PluginEntity) {
  sequence += 1;
  const { route, service, consumer } = entity;
  return {
    __key__: `plugins:${entity.name}:${route?.id ?? ''}:${service?.id ?? ''}:${consumer?.id ?? ''}:::${WORKSPACE}`,
    __seq__: sequence,
    __plugin_id: entity.id,
    __ws_id: WORKSPACE,
    ...(route === undefined ? {} : { route_id: route.id }),
    ...(service === undefined ? {} : { service_id: service.id }),
    ...(consumer === undefined ? {} : { consumer_id: consumer.id }),
    ...(entity.instanceName === null ? {} : { plugin_instance_name: entity.instanceName }),
  };
}

const WORKSPACE = '0dc6f45b-8f8d-40d2-a504-473544ee190b';
