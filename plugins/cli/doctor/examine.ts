import type { Finding } from '../checklist';
import { optionOf, type KongSettings } from '../kong';
import { loadAllPlugins } from '../../runtime/registry';
import { checkCalls } from './checks/calls';
import { checkClocks } from './checks/clock';
import { checkEntries } from './checks/entries';
import { checkGates } from './checks/gate';
import { checkKong } from './checks/kong';
import { checkLimits } from './checks/limits';
import { checkMaterial } from './checks/material';
import { checkServers } from './checks/server';
import type { Facts } from './facts';

/** All checks on the facts, in the order in which one mends: Kong, its entries, the server, then the configuration. */
export async function examine(facts: Facts, days: number): Promise<readonly Finding[]> {
  const versions = new Map((await loadAllPlugins()).map(({ name, version }) => [name, version]));
  const plugins = [...versions.keys()];
  return [
    ...(facts.settings === undefined && facts.version === undefined ? [] : checkKong(facts, versions)),
    ...checkEntries(facts, plugins),
    ...(await checkServers(facts, plugins)),
    ...checkGates(facts),
    ...checkLimits(facts, plugins),
    ...checkMaterial(facts, days, homeIn(facts.settings?.of, plugins)),
    ...checkClocks(facts),
    ...checkCalls(facts),
  ];
}

/** MODI_HOME, where kong.conf sets it in a start_cmd; a service of its own has it in its unit. */
function homeIn(settings: KongSettings | undefined, plugins: readonly string[]): string | undefined {
  const starts = plugins.map((plugin) => settings?.get(optionOf(plugin, 'start_cmd')) ?? '');
  return starts.flatMap((start) => /\bMODI_HOME=(\S+)/.exec(start)?.[1] ?? [])[0];
}
