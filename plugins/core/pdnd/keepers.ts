import { createHash } from 'node:crypto';
import { GAUGES } from '../gauges';
import { PlatformKeys } from './platform-keys';
import type { PdndSettings } from './settings';
import type { PdndKeys } from './types';

/** How often keys and events are looked after when no request does it, in milliseconds. */
const TICK_MS = 1000;

/** Kong makes one instance per configuration per worker; they share one keeper, held by the instances alone. */
const keepers = new Map<string, WeakRef<PlatformKeys>>();

/**
 * The platform's keys for a configuration, the same for the same settings. Fetches begin at once, at `now` (seconds).
 * @throws ConfigError for URLs that are none, a key of ours that is none, a folder that cannot be written.
 */
export function pdndKeysOf(settings: PdndSettings, now: number): PdndKeys {
  const id = createHash('sha256')
    .update(JSON.stringify([settings, process.env['MODI_HOME']]))
    .digest('base64url');
  const known = keepers.get(id)?.deref();
  if (known !== undefined) return known;
  const keeper = new PlatformKeys(settings, now);
  const reference = new WeakRef(keeper);
  keepers.set(id, reference);
  lookAfter(reference);
  return keeper;
}

/** Ends with the keeper; keeps no process alive. */
function lookAfter(reference: WeakRef<PlatformKeys>): void {
  const timer = setInterval(() => {
    const keeper = reference.deref();
    if (keeper === undefined) clearInterval(timer);
    else keeper.look(Date.now() / 1000);
  }, TICK_MS);
  timer.unref();
}

function live(): readonly PlatformKeys[] {
  return [...keepers].flatMap(([id, reference]) => {
    const keeper = reference.deref();
    if (keeper !== undefined) return [keeper];
    keepers.delete(id);
    return [];
  });
}

const now = (): number => Date.now() / 1000;
const sum = (valueOf: (keeper: PlatformKeys) => number) => () =>
  live().reduce((total, keeper) => total + valueOf(keeper), 0);
const greatest = (valueOf: (keeper: PlatformKeys) => number) => () => Math.max(0, ...live().map(valueOf));

GAUGES.push(
  {
    name: 'modi_pdnd_voucher_keys_age_seconds',
    help: 'Seconds since the keys of vouchers were fetched, the oldest of all; infinite when they never were.',
    read: greatest(({ vouchers }) => vouchers.age(now())),
  },
  {
    name: 'modi_pdnd_participant_keys',
    help: 'Keys of participants in hand.',
    read: sum(({ api }) => api?.keys.size ?? 0),
  },
  {
    name: 'modi_pdnd_participant_key_age_seconds',
    help: 'Seconds since the oldest of the keys of participants in hand was fetched.',
    read: greatest(({ api }) => api?.keys.oldest(now()) ?? 0),
  },
  {
    name: 'modi_pdnd_fetch_failures',
    help: 'Requests to the platform that failed, since the start.',
    read: sum(({ failures }) => failures),
  },
  {
    name: 'modi_pdnd_events_lag_seconds',
    help: 'Seconds since all events about keys were known; 0 where none are asked for.',
    read: greatest(({ api }) => api?.feed?.lag(now()) ?? 0),
  },
  {
    name: 'modi_pdnd_budget_refusals',
    help: 'Look-ups of unknown keys refused because their client had asked too often, since the start.',
    read: sum(({ api }) => api?.keys.budget.refused ?? 0),
  },
);
