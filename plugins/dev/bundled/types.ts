import type { PluginKind } from '../config';
import type { PlainRecord } from '../schema';
import type { GatewayLogger } from '../logger';
import type { Consumer } from '../config';
import type { Exchange } from '../exchange';
import type { ConfiguredPlugin } from '../plugin';

/** What a bundled plugin may use of the gateway. */
export interface BundledContext {
  readonly logger: GatewayLogger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly nodeId: string;
  readonly consumers: readonly Consumer[];
  readonly serialize: (exchange: Exchange) => string;
  /** State that outlives a change of the configuration, shared by all configurations of one plugin. */
  readonly counters: Map<string, { count: number; expires: number }>;
  /** Directory that relative paths start from. */
  readonly directory: string;
}

/** A plugin that the gateway brings along: Kong's name, priority and schema. */
export interface BundledPlugin extends PluginKind {
  readonly name: string;
  readonly priority: number;
  /** `scope` tells the plugin's configurations apart: the route and service it stands on. */
  configure(config: PlainRecord, context: BundledContext, scope: string): ConfiguredPlugin;
}
