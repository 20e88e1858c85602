import { stockKong, type StockKong } from './adapters/kong-pdk';
import { guard } from './guard';
import { runPhase, type Phase, type PluginDefinition, type PluginInstance } from './plugin';

const DEADLINE_MS = 5000;

/** A plugin module as kong-js-pluginserver loads it: one file, these four names. */
export interface StockModule {
  readonly Plugin: new (config: unknown) => Partial<Record<Phase, (kong: StockKong) => Promise<void>>>;
  readonly Schema: PluginDefinition['schema'];
  readonly Version: string;
  readonly Priority: number;
}

/**
 * A plugin of the pack for sites that stay on the stock plugin server. That server lets a request pass when a
 * plugin throws, hence the guard here; when the server itself is down only the gate in kong.yml refuses.
 */
export function stockModule(definition: PluginDefinition): StockModule {
  class Plugin {
    readonly instance: PluginInstance | undefined;
    readonly broken: unknown;

    constructor(config: unknown) {
      try {
        this.instance = definition.create(config);
      } catch (error) {
        // The stock server would let every request of the route pass: keep the cause, refuse each request with it.
        this.broken = error;
      }
    }
  }
  for (const phase of definition.phases) {
    Object.defineProperty(Plugin.prototype, phase, {
      value: function (this: Plugin, stock: StockKong): Promise<void> {
        return runStock(this, phase, definition.name, stock);
      },
    });
  }
  return {
    Plugin: Plugin as StockModule['Plugin'],
    Schema: definition.schema,
    Version: definition.version,
    Priority: definition.priority,
  };
}

async function runStock(
  plugin: { instance: PluginInstance | undefined; broken: unknown },
  phase: Phase,
  name: string,
  stock: StockKong,
): Promise<void> {
  const { kong, door, finished } = stockKong(stock);
  const run = async (): Promise<void> => {
    if (plugin.instance === undefined) throw new Error('configuration refused', { cause: plugin.broken });
    await runPhase(plugin.instance, phase, kong);
  };
  await guard(phase, run, kong, door, DEADLINE_MS, (problem, cause) => {
    process.stderr.write(`${name}.${phase}: ${problem}: ${String(cause)}\n`);
  });
  await finished();
}
