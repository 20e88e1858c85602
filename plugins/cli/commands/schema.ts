import { luaTable } from '../../core/schema';
import { nearest } from '../../core/text';
import type { PluginDefinition } from '../../runtime/plugin';
import { loadPlugin, PLUGIN_NAMES } from '../../runtime/registry';
import { usageError } from '../shell/cli-error';
import type { CommandDefinition } from '../shell/command';
import { EXIT } from '../shell/exit-codes';

export const schemaCommand: CommandDefinition = {
  about: {
    en: "The schema of a plugin, from the plugin's own source: as JSON, or as the schema.lua that a control plane without\nplugin server, or Konnect, asks for.",
    it: 'Lo schema di un plugin, dal sorgente del plugin: in JSON, o come lo schema.lua che chiede un control plane senza\nplugin server, o Konnect.',
  },
  arguments: [{ name: '<PLUGIN>', about: { en: PLUGIN_NAMES.join(', '), it: PLUGIN_NAMES.join(', ') } }],
  options: [{ flags: '--lua', about: { en: 'as schema.lua', it: 'come schema.lua' } }],
  examples: [
    { line: 'modi schema modi-verify', about: { en: 'as JSON', it: 'in JSON' } },
    { line: 'modi schema modi-verify --lua', about: { en: 'for a control plane', it: 'per un control plane' } },
  ],
  exits: [
    [EXIT.ok, { en: 'printed', it: 'stampato' }],
    [EXIT.usage, { en: 'no such plugin', it: 'plugin inesistente' }],
  ],

  async run(values, context) {
    const name = values.argument(0) ?? '';
    if (!PLUGIN_NAMES.includes(name)) throw unknownPlugin(name);
    const plugin = await loadPlugin(name);
    if (values.flag('lua')) context.host.stdout.write(schemaLua(plugin));
    else context.printJson('modi.schema/1', { version: plugin.version, ...kongSchema(plugin) });
    return EXIT.ok;
  },
};

/** As Kong's own plugins have it. Through JSON, as Kong gets it of the plugin server. */
const kongSchema = ({ name, schema }: PluginDefinition): object =>
  JSON.parse(JSON.stringify({ name, fields: [{ config: { type: 'record', fields: schema } }] })) as object;

/** Self-contained: Konnect takes no `require`. */
const schemaLua = (plugin: PluginDefinition): string =>
  `-- ${plugin.name} ${plugin.version}: made by modi schema ${plugin.name} --lua; do not edit.\nreturn ${luaTable(kongSchema(plugin))}\n`;

function unknownPlugin(name: string) {
  const meant = nearest(name, PLUGIN_NAMES) ?? PLUGIN_NAMES.join(', ');
  return usageError(
    `there is no plugin "${name}"; did you mean ${meant}?`,
    `il plugin "${name}" non esiste; forse ${meant}?`,
  );
}
