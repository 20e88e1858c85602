import type { PluginDefinition } from './plugin';

/** The one-plugin dump that Kong's `query_cmd` expects: Kong 3.9 reads only the first plugin of a dump. */
export function describe(plugin: PluginDefinition): string {
  const { name, version, priority, phases, schema } = plugin;
  return JSON.stringify({
    Protocol: 'ProtoBuf:1',
    Plugins: [
      {
        Name: name,
        Version: version,
        Priority: priority,
        Phases: phases,
        Schema: { name, fields: [{ config: { type: 'record', fields: schema } }] },
      },
    ],
  });
}
