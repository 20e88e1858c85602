import { randomInt } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { PluginDefinition, PluginInstance } from './plugin';

/** One configured plugin under its id. `broken` tells why its configuration cannot be honoured. */
export interface LiveInstance {
  readonly id: number;
  readonly plugin: PluginDefinition;
  readonly config: unknown;
  readonly startedAt: number;
  readonly instance: PluginInstance | undefined;
  readonly broken: Error | undefined;
}

const MAX_ID = 2 ** 31 - 1;

/**
 * The instances of this process. Ids start at a random number, so that a Kong worker which outlived an earlier
 * process never meets another route's configuration under an id it remembers. Instances that no event has used
 * for longest are dropped beyond `max`; Kong starts them anew when it hears that they are unknown.
 */
export class Instances {
  private readonly plugins: ReadonlyMap<string, PluginDefinition>;
  private readonly live: LRUCache<number, LiveInstance>;
  private nextId: number;

  constructor(plugins: readonly PluginDefinition[], max = 10_000, firstId = randomInt(1, MAX_ID)) {
    this.plugins = new Map(plugins.map((plugin) => [plugin.name, plugin]));
    this.live = new LRUCache({ max });
    this.nextId = firstId;
  }

  get size(): number {
    return this.live.size;
  }

  /**
   * Compiles a configuration. One that cannot be honoured still becomes an instance, a broken one: the wire has
   * no words for "this configuration is wrong", and a broken instance refuses every request and says why.
   * @throws UnknownPluginError when the pack has no such plugin.
   */
  start(name: string, config: unknown): LiveInstance {
    const plugin = this.plugins.get(name);
    if (plugin === undefined) throw new UnknownPluginError(name);
    const started = { id: this.takeId(), plugin, config, startedAt: Math.floor(Date.now() / 1000) };
    const live: LiveInstance = { ...started, ...compile(plugin, config) };
    this.live.set(live.id, live);
    return live;
  }

  get(id: number): LiveInstance | undefined {
    return this.live.get(id);
  }

  /** A broken configuration may name a file that has come since: compiles it once more under the same id. */
  retry(broken: LiveInstance): LiveInstance {
    const live: LiveInstance = {
      ...broken,
      ...compile(broken.plugin, broken.config),
      startedAt: Math.floor(Date.now() / 1000),
    };
    this.live.set(live.id, live);
    return live;
  }

  close(id: number): void {
    this.live.delete(id);
  }

  private takeId(): number {
    while (this.live.has(this.nextId)) this.advance();
    const id = this.nextId;
    this.advance();
    return id;
  }

  private advance(): void {
    this.nextId = this.nextId >= MAX_ID ? 1 : this.nextId + 1;
  }
}

export class UnknownPluginError extends Error {
  override readonly name = 'UnknownPluginError';
  constructor(plugin: string) {
    super(`the pack has no plugin ${plugin}`);
  }
}

function compile(plugin: PluginDefinition, config: unknown): Pick<LiveInstance, 'instance' | 'broken'> {
  try {
    return { instance: plugin.create(config), broken: undefined };
  } catch (error) {
    return { instance: undefined, broken: error instanceof Error ? error : new Error(String(error)) };
  }
}
