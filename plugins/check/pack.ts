import { BUNDLED_PLUGINS } from '../dev/bundled';
import { readFields, type NamedField } from '../dev/schema';
import type { PluginDefinition } from '../runtime/plugin';
import { loadAllPlugins } from '../runtime/registry';

/** What can be said about plugins by name: those of the pack entirely, of Kong's own the gate. */
export interface KnownPlugins {
  readonly definitions: ReadonlyMap<string, PluginDefinition>;
  readonly schemas: ReadonlyMap<string, readonly NamedField[]>;
}

/** From the plugins' own schemas: a field that is added there is known here. */
export async function knownPlugins(): Promise<KnownPlugins> {
  const definitions = new Map((await loadAllPlugins()).map((plugin) => [plugin.name, plugin]));
  const schemas = new Map<string, readonly NamedField[]>();
  for (const { name, schema } of definitions.values()) {
    // Through JSON, as Kong gets it.
    schemas.set(name, readFields(JSON.parse(JSON.stringify(schema)) as unknown, `${name}.config`));
  }
  const acl = BUNDLED_PLUGINS.get('acl');
  if (acl !== undefined) schemas.set('acl', acl.fields);
  return { definitions, schemas };
}
