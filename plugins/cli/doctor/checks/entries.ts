import { fail, ok, same, warn, type Finding } from '../../checklist';
import { listOf, optionOf, startsEveryEntry, type KongSettings } from '../../kong';
import type { Facts } from '../facts';
import { say } from './words';

/** The pack's plugins that have an entry in pluginserver_names. */
export const packEntries = (settings: KongSettings, plugins: readonly string[]): readonly string[] =>
  listOf(settings.get('pluginserver_names')).filter((entry) => plugins.includes(entry));

/** Whether the stock kong-js-pluginserver serves: it speaks another wire, and fails open. */
export const isStock = (settings: KongSettings | undefined): boolean =>
  [...(settings ?? [])].some(
    ([name, value]) => /^pluginserver_modi_\w+_cmd$/.test(name) && /MsgPack:1|kong-js-pluginserver/.test(value),
  );

/** The sockets of the pack, each once. */
export const socketsOf = (settings: KongSettings, plugins: readonly string[]): readonly string[] => [
  ...new Set(packEntries(settings, plugins).flatMap((entry) => settings.get(optionOf(entry, 'socket')) ?? [])),
];

/** The entries of kong.conf: what they lack, and whether each socket is served by exactly one process. */
export function checkEntries({ settings, version }: Facts, plugins: readonly string[]): readonly Finding[] {
  if (settings === undefined) return [];
  const entries = packEntries(settings.of, plugins);
  const incomplete = entries.flatMap((entry) =>
    (['socket', 'query_cmd'] as const)
      .map((option) => optionOf(entry, option))
      .filter((option) => (settings.of.get(option) ?? '') === '')
      .map((option) =>
        fail(
          `entry ${entry}`,
          say(`${option} is missing`, `manca ${option}`),
          say('modi install prints it', 'modi install la stampa'),
        ),
      ),
  );
  const everyEntry = version !== undefined && startsEveryEntry(version);
  return [
    ...incomplete,
    ...(everyEntry ? skippedBy34(settings.of, entries) : []),
    ...startedTwice(settings.of, entries),
  ];
}

const startOf = (settings: KongSettings, entry: string): string => settings.get(optionOf(entry, 'start_cmd')) ?? '';

/** Without a start_cmd, Kong 3.4 does not run the plugin, and the request goes on. */
function skippedBy34(settings: KongSettings, entries: readonly string[]): readonly Finding[] {
  const idle = entries.filter((entry) => startOf(settings, entry) === '');
  if (idle.length === 0)
    return [
      ok('start_cmd', say('every entry has one, as Kong 3.4 needs it', 'ogni voce ne ha uno, come serve a Kong 3.4')),
    ];
  return idle.map((entry) =>
    fail(
      `entry ${entry}`,
      say(
        'Kong 3.4 skips this plugin, the entry has no start_cmd',
        'Kong 3.4 salta il plugin, la voce non ha start_cmd',
      ),
      same(`${optionOf(entry, 'start_cmd')} = /bin/sleep infinity`),
    ),
  );
}

function startedTwice(settings: KongSettings, entries: readonly string[]): readonly Finding[] {
  const starters = entries.filter((entry) => !/^(?:|\S*sleep infinity)$/.test(startOf(settings, entry)));
  return socketsOf(settings, entries).flatMap((socket) => {
    const own = starters.filter((entry) => settings.get(optionOf(entry, 'socket')) === socket);
    if (own.length < 2) return [];
    return [
      warn(
        'start_cmd',
        say(
          `${own.join(', ')} both start a server on ${socket}`,
          `${own.join(', ')} avviano entrambi un server su ${socket}`,
        ),
        say(
          'leave it to one: the second ends at once, every second',
          'lasciarlo a uno: il secondo termina subito, ogni secondo',
        ),
      ),
    ];
  });
}
