import { fail, ok, same, skip, warn, type Finding } from '../../checklist';
import { failsClosed, isBefore, listOf, type KongSettings } from '../../kong';
import type { Facts } from '../facts';
import { isStock, packEntries } from './entries';
import { say } from './words';

/** Kong itself: version, the pack's plugins among those it loads. `versions` of the pack's plugins by name. */
export function checkKong(facts: Facts, versions: ReadonlyMap<string, string>): readonly Finding[] {
  return [version(facts), ...registered(facts, versions)];
}

function version({ version: kong, settings }: Facts): Finding {
  if (kong === undefined) {
    return skip(
      'kong',
      say('its version is not known', 'versione non nota'),
      say('ask its Admin API with --admin, or have kong on PATH', 'usare --admin, o avere kong nel PATH'),
    );
  }
  if (isBefore(kong, 3, 4))
    return fail(
      'kong',
      same(kong.text),
      say('upgrade: Kong 3.4 is the oldest that can work', 'aggiornare: Kong 3.4 è il minimo'),
    );
  if (failsClosed(kong) && !isStock(settings?.of)) return ok('kong', same(kong.text));
  return warn(
    'kong',
    say(
      `${kong.text} lets requests pass when the plugin server fails`,
      `${kong.text} lascia passare se il plugin server cade`,
    ),
    say(
      'keep the gate on every ModI route; see the lines gate below',
      'tenere il cancello su ogni rotta ModI; vedi le righe gate',
    ),
  );
}

function registered(
  { settings, available, entities }: Facts,
  versions: ReadonlyMap<string, string>,
): readonly Finding[] {
  if (settings === undefined && available === undefined) return [UNKNOWN];
  const used = new Set(entities?.plugins.map(({ name }) => name));
  const entries = settings === undefined ? undefined : packEntries(settings.of, [...versions.keys()]);
  const named = settings === undefined ? undefined : listOf(settings.of.get('plugins'));
  const found = [...versions].flatMap(([name, ours]) => {
    const isThere =
      named === undefined ? available?.has(name) === true : named.includes(name) && entries?.includes(name) === true;
    if (isThere) return [loaded(name, ours, available)];
    return used.has(name) ? [notRegistered(name, settings?.of)] : [];
  });
  return [...(settings === undefined ? [UNKNOWN] : []), ...(found.length > 0 ? found : [NONE])];
}

const UNKNOWN = skip(
  'settings',
  say(
    'this Admin API does not tell them (500 at /, as Kong does when it starts a plugin server)',
    'questa Admin API non le dice (500 su /, come fa Kong quando avvia un plugin server)',
  ),
  say('run this on the machine of Kong, with --prefix', 'eseguire sulla macchina di Kong, con --prefix'),
);

const NONE = fail(
  'plugins',
  say('Kong has none of the ModI plugins', 'Kong non ha alcun plugin ModI'),
  say('modi install --write, then restart Kong', 'modi install --write, poi riavviare Kong'),
);

function loaded(name: string, ours: string, available: Facts['available']): Finding {
  const check = `plugin ${name}`;
  const theirs = available?.get(name);
  if (available === undefined || theirs === '') return ok(check, say('registered', 'registrato'));
  if (theirs === ours) return ok(check, same(ours));
  if (theirs === undefined)
    return fail(
      check,
      say('named, and not loaded', 'nominato, e non caricato'),
      say('its query_cmd failed: look into the error log', "il suo query_cmd è fallito: guardare l'error log"),
    );
  return warn(
    check,
    same(`${theirs}, ${ours}`),
    say(
      'Kong knows another version of the pack than this one: restart it after an upgrade',
      'Kong conosce un’altra versione del pacchetto: riavviarlo dopo un aggiornamento',
    ),
  );
}

const notRegistered = (name: string, settings: KongSettings | undefined): Finding =>
  fail(
    `plugin ${name}`,
    same(
      `plugins = ${settings?.get('plugins') ?? ''}; pluginserver_names = ${settings?.get('pluginserver_names') ?? ''}`,
    ),
    say(
      `both must name ${name}: modi install --write, then restart Kong`,
      `entrambi devono nominare ${name}: modi install --write, poi riavviare Kong`,
    ),
  );
