import type { PluginEntity, Route } from './config';
import type { Exchange } from './exchange';
import type { ConfiguredPlugin } from './plugin';

interface Configured {
  readonly entity: PluginEntity;
  readonly plugin: ConfiguredPlugin;
}

/** All configurations of one plugin, by scope; and the plugin's place among the others. */
interface Plugin {
  readonly name: string;
  readonly priority: number;
  readonly scopes: ReadonlyMap<string, ConfiguredPlugin>;
  readonly byConsumer: boolean;
}

/** A plugin's turn on one route: settled beforehand unless a consumer can change it. */
type Turn = { readonly plugin: ConfiguredPlugin } | { readonly pending: Plugin };

/**
 * Which plugins run for a request, and in which order: higher priority first, and of each plugin the one
 * configuration with the narrowest scope. The consumer is looked at when a plugin's turn comes, because it is a
 * plugin that finds it out.
 */
export class PluginChains {
  private readonly plugins: readonly Plugin[];
  private readonly turns = new Map<Route | undefined, readonly Turn[]>();

  constructor(configured: readonly Configured[], priorities: ReadonlyMap<string, number>) {
    this.plugins = byName(configured, priorities);
  }

  /** The turns of a route; of no route, those of plugins configured globally. */
  turnsOf(route: Route | undefined): readonly Turn[] {
    const known = this.turns.get(route);
    if (known !== undefined) return known;
    const turns = this.plugins.flatMap((plugin): Turn[] => {
      if (plugin.byConsumer && route !== undefined) return [{ pending: plugin }];
      const found = narrowest(plugin, route, undefined);
      return found === undefined ? [] : [{ plugin: found }];
    });
    this.turns.set(route, turns);
    return turns;
  }

  /** The configuration whose turn it is, given what is known of the exchange now. */
  resolve(turn: Turn, exchange: Exchange): ConfiguredPlugin | undefined {
    return 'plugin' in turn ? turn.plugin : narrowest(turn.pending, exchange.match?.route, exchange.consumer?.id);
  }
}

function byName(configured: readonly Configured[], priorities: ReadonlyMap<string, number>): Plugin[] {
  const groups = new Map<string, Configured[]>();
  for (const one of configured) groups.set(one.entity.name, [...(groups.get(one.entity.name) ?? []), one]);
  const plugins = [...groups].map(([name, members]) => ({
    name,
    priority: priorities.get(name) ?? 0,
    scopes: new Map(members.map(({ entity, plugin }) => [scopeOf(entity), plugin])),
    byConsumer: members.some(({ entity }) => entity.consumer !== undefined),
  }));
  // Kong orders equal priorities by name, backwards.
  return plugins.sort((a, b) => b.priority - a.priority || (a.name < b.name ? 1 : -1));
}

const scopeOf = ({ route, service, consumer }: PluginEntity): string => key(route?.id, service?.id, consumer?.id);

const key = (route: string | undefined, service: string | undefined, consumer: string | undefined): string =>
  `${route ?? ''}:${service ?? ''}:${consumer ?? ''}`;

/** Kong's order of precedence, the narrowest scope first. */
function narrowest(
  { scopes }: Plugin,
  route: Route | undefined,
  consumer: string | undefined,
): ConfiguredPlugin | undefined {
  const service = route?.service?.id;
  const candidates = [
    key(route?.id, service, consumer),
    key(route?.id, undefined, consumer),
    key(undefined, service, consumer),
    key(route?.id, service, undefined),
    key(undefined, undefined, consumer),
    key(route?.id, undefined, undefined),
    key(undefined, service, undefined),
    key(undefined, undefined, undefined),
  ];
  for (const candidate of candidates) {
    const found = scopes.get(candidate);
    if (found !== undefined) return found;
  }
  return undefined;
}
