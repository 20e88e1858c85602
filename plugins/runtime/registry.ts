import type { PluginDefinition } from './plugin';

/** The plugins of the pack. Loading is by name, so that describing one does not load the others. */
const LOADERS: Readonly<Record<string, () => Promise<PluginDefinition>>> = {
  'modi-verify': async () => (await import('../modi-verify/index.js')).modiVerify,
  'modi-sign': async () => (await import('../modi-sign/index.js')).modiSign,
  'modi-audit': async () => (await import('../modi-audit/index.js')).modiAudit,
};

export const PLUGIN_NAMES: readonly string[] = Object.keys(LOADERS);

/** @throws RangeError naming the plugins there are, when there is none of this name. */
export async function loadPlugin(name: string): Promise<PluginDefinition> {
  const load = LOADERS[name];
  if (load === undefined) throw new RangeError(`unknown plugin ${name}; the pack has ${PLUGIN_NAMES.join(', ')}`);
  return load();
}

export const loadAllPlugins = (): Promise<PluginDefinition[]> => Promise.all(PLUGIN_NAMES.map(loadPlugin));
