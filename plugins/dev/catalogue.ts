import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLED_PLUGINS } from './bundled';
import type { PluginCatalogue } from './config';
import { DescribeError, describePlugin, type DescribedPlugin, type PluginServerEntry } from './pluginserver';

/** A plugin of a plugin server, and the socket it is served on. */
export interface ServedPlugin extends DescribedPlugin {
  readonly socket: string;
}

/** Asks every plugin server entry about its plugin. @throws DescribeError */
export async function describeAll(entries: readonly PluginServerEntry[]): Promise<ServedPlugin[]> {
  return Promise.all(entries.map(async (entry) => ({ ...(await describePlugin(entry)), socket: entry.socket })));
}

/** The entries of the pack's own server: one for each name that is not bundled, all on one socket, started once. */
export function packEntries(names: readonly string[], socket: string): PluginServerEntry[] {
  const main = packMain();
  return names
    .filter((name) => !BUNDLED_PLUGINS.has(name) && /^[a-z0-9-]+$/.test(name))
    .map((name) => ({ name, socket, queryCommand: [process.execPath, main, '--describe', name] }));
}

/** The command that serves the whole pack. */
export const packStartCommand = (socket: string): string[] => [process.execPath, packMain(), '--socket', socket];

/** As `describeAll`, leaving out the plugins that the pack does not have: those are then reported by place. */
export async function describeKnown(entries: readonly PluginServerEntry[]): Promise<ServedPlugin[]> {
  const answers = await Promise.all(
    entries.map((entry) =>
      describeAll([entry]).catch((error: unknown) => {
        if (error instanceof DescribeError && error.refused) return [];
        throw error;
      }),
    ),
  );
  return answers.flat();
}

export const catalogueOf = (served: readonly ServedPlugin[]): PluginCatalogue =>
  new Map([...BUNDLED_PLUGINS, ...served.map(({ name, fields }) => [name, { fields }] as const)]);

/** Compiled, this file lies in dist/dev; run from source, in plugins/dev. Both have the compiled server beside. */
function packMain(): string {
  const compiled = join(__dirname, '..', 'runtime', 'main.js');
  return existsSync(compiled) ? compiled : join(__dirname, '..', '..', 'dist', 'runtime', 'main.js');
}
