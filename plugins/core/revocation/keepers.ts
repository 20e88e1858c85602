import { createHash } from 'node:crypto';
import { GAUGES } from '../gauges';
import { RevocationKeeper } from './revocation-keeper';
import type { RevocationConfig } from './types';

/** How often lists are looked after when no request does it, in milliseconds. */
const TICK_MS = 15_000;

/** Kong makes one instance per configuration per worker; they share one keeper, held by the instances alone. */
const keepers = new Map<string, WeakRef<RevocationKeeper>>();

/**
 * The keeper of a configuration's lists, the same for the same configuration.
 * @throws ConfigError as the constructor of RevocationKeeper.
 */
export function revocationKeeperOf(config: RevocationConfig, field: string, now: number): RevocationKeeper {
  // The issuers are a function, which JSON leaves out: the trust they come from has a name of its own.
  const id = createHash('sha256')
    .update(JSON.stringify([config, process.env['MODI_HOME']]))
    .digest('base64url');
  const known = keepers.get(id)?.deref();
  if (known !== undefined) return known;
  const keeper = new RevocationKeeper(config, field, now);
  const reference = new WeakRef(keeper);
  keepers.set(id, reference);
  lookAfter(reference);
  return keeper;
}

/** Also without traffic a list is renewed ahead of its end. Ends with the keeper; keeps no process alive. */
function lookAfter(reference: WeakRef<RevocationKeeper>): void {
  const timer = setInterval(() => {
    const keeper = reference.deref();
    if (keeper === undefined) clearInterval(timer);
    else keeper.look(Date.now() / 1000);
  }, TICK_MS);
  timer.unref();
}

function live(): readonly RevocationKeeper[] {
  return [...keepers].flatMap(([id, reference]) => {
    const keeper = reference.deref();
    if (keeper !== undefined) return [keeper];
    keepers.delete(id);
    return [];
  });
}

const secondsToNextUpdate = (now: number): number =>
  Math.min(Infinity, ...live().flatMap(({ inHand }) => inHand.map(({ crl }) => crl.nextUpdate - now)));

const sum = (valueOf: (keeper: RevocationKeeper) => number) => () =>
  live().reduce((total, keeper) => total + valueOf(keeper), 0);

GAUGES.push(
  { name: 'modi_revocation_lists', help: 'Revocation lists in hand.', read: sum(({ inHand }) => inHand.length) },
  {
    name: 'modi_revocation_next_update_seconds',
    help: 'Seconds until the first of the revocation lists in hand ends; negative when it has.',
    read: () => secondsToNextUpdate(Date.now() / 1000),
  },
  {
    name: 'modi_revocation_failing',
    help: 'Sources of revocation lists whose last renewal failed.',
    read: sum(({ failing }) => failing.length),
  },
  {
    name: 'modi_revocation_soft',
    help: 'Configurations with revocation lists that can let through what no current list covers.',
    read: sum(({ isSoft }) => Number(isSoft)),
  },
  {
    name: 'modi_revocation_unchecked',
    help: 'Tokens let through with a certificate that no revocation list covers, since the start.',
    read: sum(({ unchecked }) => unchecked),
  },
);
