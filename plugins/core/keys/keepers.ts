import { createHash } from 'node:crypto';
import { GAUGES } from '../gauges';
import { KeyKeeper } from './key-keeper';
import type { KeySettings } from './types';

/** Kong makes one instance per configuration per worker; they share one keeper, held by the instances alone. */
const keepers = new Map<string, WeakRef<KeyKeeper>>();

/**
 * The keeper of a configured key, the same for the same settings. At `now` (seconds since the epoch) its key is good.
 *
 * @throws ConfigError when there is no good key.
 */
export function keeperOf(settings: KeySettings, warnDays: readonly number[], now: number): KeyKeeper {
  const id = createHash('sha256')
    .update(JSON.stringify([settings, warnDays, process.env['MODI_HOME']]))
    .digest('base64url');
  const known = keepers.get(id)?.deref();
  if (known !== undefined && isGood(known, now)) return known;
  const keeper = new KeyKeeper(settings, warnDays, now);
  keepers.set(id, new WeakRef(keeper));
  return keeper;
}

/** A keeper that has fallen behind its files, or whose certificate has ended, is no start for anybody. */
const isGood = (keeper: KeyKeeper, now: number): boolean =>
  keeper.failing === undefined && now >= keeper.held.notBefore && now <= keeper.held.notAfter;

/** Those that some instance still holds. */
function live(): readonly KeyKeeper[] {
  return [...keepers].flatMap(([id, reference]) => {
    const keeper = reference.deref();
    if (keeper !== undefined) return [keeper];
    keepers.delete(id);
    return [];
  });
}

/** Seconds from `now` to the end of the certificate that ends first; infinite without any. */
export const secondsToExpiry = (now: number): number =>
  Math.min(Infinity, ...live().map(({ held }) => held.notAfter - now));

GAUGES.push(
  {
    name: 'modi_certificate_expiry_seconds',
    help: 'Seconds until the first of the certificates in use for signing expires; negative when it has.',
    read: () => secondsToExpiry(Date.now() / 1000),
  },
  {
    name: 'modi_key_reload_failing',
    help: 'Signing keys whose files on disk cannot be used, so that the key before stays in use.',
    read: () => live().filter(({ failing }) => failing !== undefined).length,
  },
);
