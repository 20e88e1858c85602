import type { PluginDefinition } from './plugin';

/** The wires that Kong knows: ours, and that of the stock kong-js-pluginserver. */
export const PROTOCOLS = ['ProtoBuf:1', 'MsgPack:1'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/**
 * The one-plugin dump that Kong's `query_cmd` expects: Kong 3.9 reads only the first plugin of a dump. A dump that names
 * no protocol, a bare list, tells Kong to speak MsgPack:1.
 */
export function describe(plugin: PluginDefinition, protocol: Protocol = 'ProtoBuf:1'): string {
  const { name, version, priority, phases, schema } = plugin;
  const described = {
    Name: name,
    Version: version,
    Priority: priority,
    Phases: phases,
    Schema: { name, fields: [{ config: { type: 'record', fields: schema } }] },
  };
  return JSON.stringify(protocol === 'MsgPack:1' ? [described] : { Protocol: protocol, Plugins: [described] });
}
