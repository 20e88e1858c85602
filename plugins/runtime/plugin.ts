import type { Kong } from './kong';
import type { KongSchemaField } from '../core/schema';

/** The phases a plugin of the pack may declare. There is no log phase: architecture, decision 9. */
export type Phase = 'access' | 'response';

/** One configured plugin: what kong-pdk calls the plugin class's instance. */
export type PluginInstance = Readonly<Partial<Record<Phase, (kong: Kong) => Promise<void>>>>;

/** Runs one phase. @throws Error when the plugin has none of this name: Kong was told of its phases, so this is a fault. */
export async function runPhase(instance: PluginInstance | undefined, phase: Phase, kong: Kong): Promise<void> {
  const handler = instance?.[phase];
  if (handler === undefined) throw new Error(`there is no phase ${phase}`);
  await handler(kong);
}

/**
 * One plugin of the pack, as the runtime registers it. `create` compiles the configuration once; it throws
 * `ConfigError` naming field and value when the configuration cannot be honoured.
 */
export interface PluginDefinition {
  readonly name: string;
  readonly version: string;
  readonly priority: number;
  readonly phases: readonly Phase[];
  /** The fields of `config`, in Kong's own schema language. */
  readonly schema: readonly KongSchemaField[];
  create(config: unknown): PluginInstance;
}
