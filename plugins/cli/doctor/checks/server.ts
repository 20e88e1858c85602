import { fail, ok, same, skip, type Finding } from '../../checklist';
import { ConfigError } from '../../../core/schema';
import { PingError, ping } from '../../../runtime/ping';
import type { PluginDefinition } from '../../../runtime/plugin';
import { loadPlugin } from '../../../runtime/registry';
import type { Facts, PluginEntity } from '../facts';
import { tryInstance } from '../wire-probe';
import { isStock, socketsOf } from './entries';
import { placeOf, say } from './words';

const TIMEOUT_MS = 3000;

/**
 * The plugin server on its socket: whether it answers on Kong's wire, and whether it can honour each configuration, in
 * its own process, as its own user, with its own MODI_HOME.
 */
export async function checkServers(facts: Facts, plugins: readonly string[]): Promise<readonly Finding[]> {
  const { settings, local } = facts;
  if (settings === undefined) return [];
  const sockets = socketsOf(settings.of, plugins);
  if (!local)
    return [
      skip(
        'server',
        say('its socket is on another machine', 'il socket è su un’altra macchina'),
        say('run this there, with --prefix', 'eseguire là, con --prefix'),
      ),
    ];
  if (isStock(settings.of))
    return [
      skip(
        'server',
        say(
          'the stock kong-js-pluginserver speaks another wire',
          'il kong-js-pluginserver standard parla un altro protocollo',
        ),
      ),
    ];
  const found = await Promise.all(sockets.map((socket) => checkServer(facts, socket, plugins)));
  return found.flat();
}

async function checkServer(facts: Facts, socket: string, plugins: readonly string[]): Promise<readonly Finding[]> {
  const started = performance.now();
  try {
    await ping(socket, TIMEOUT_MS);
  } catch (error) {
    if (!(error instanceof PingError)) throw error;
    return [fail('server', same(error.message), SERVER_TODO)];
  }
  const took = Math.max(1, Math.round(performance.now() - started));
  const ours = (facts.entities?.plugins ?? []).filter(({ name, enabled }) => enabled && plugins.includes(name));
  const configurations: Finding[] = [];
  for (const plugin of ours) configurations.push(await honoured(facts, socket, plugin));
  return [ok('server', say(`${socket} answers in ${took} ms`, `${socket} risponde in ${took} ms`)), ...configurations];
}

const SERVER_TODO = say(
  'run its start_cmd by hand as Kong’s user, and read what it says; every ModI route answers 500 until it serves',
  'eseguire a mano il suo start_cmd come utente di Kong, e leggere che dice; fino ad allora ogni rotta ModI risponde 500',
);

async function honoured(facts: Facts, socket: string, plugin: PluginEntity): Promise<Finding> {
  const place = placeOf(plugin, facts.entities?.routes);
  if (JSON.stringify(plugin.config).includes('"{vault://')) {
    return skip(
      'configuration',
      say(
        `${place} has vault references, which only Kong resolves`,
        `${place} ha riferimenti vault, che solo Kong risolve`,
      ),
    );
  }
  const definition = await loadPlugin(plugin.name);
  const outcome = await tryInstance(socket, plugin, definition.phases[0] ?? 'access', TIMEOUT_MS);
  if (outcome.problem === undefined) return ok('configuration', same(place));
  const why = outcome.code === 'MODI_INTERNAL' ? causeOf(definition, plugin.config) : undefined;
  return fail(
    'configuration',
    same(`${place}: ${why ?? outcome.problem}`),
    say(
      'mend it, then kong reload; the log of the plugin server names the field',
      'correggerla, poi kong reload; il log del plugin server nomina il campo',
    ),
  );
}

/** The plugin's own words for what is wrong; undefined when from here, as this user, nothing is. */
function causeOf(definition: PluginDefinition, config: PluginEntity['config']): string | undefined {
  try {
    definition.create(config);
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}
