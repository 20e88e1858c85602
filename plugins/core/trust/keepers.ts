import { createHash } from 'node:crypto';
import { GAUGES } from '../gauges';
import { TrustKeeper } from './trust-keeper';
import type { CertificateFacts, TrustConfig, TrustMaterial } from './types';

/** How often the disk is looked at when no request does it, in milliseconds. */
const TICK_MS = 15_000;

/** Kong makes one instance per configuration per worker; they share one keeper, held by the instances alone. */
const keepers = new Map<string, WeakRef<TrustKeeper>>();

/**
 * The keeper of a configured trust, the same for the same configuration. One that is there already looks at the disk
 * anew. It goes on with what it holds when a file has become bad.
 *
 * @throws ConfigError as compileTrust when there is no good material to begin with.
 */
export function trustKeeperOf(config: TrustConfig, now: number): TrustKeeper {
  const id = createHash('sha256')
    .update(JSON.stringify([config, process.env['MODI_HOME']]))
    .digest('base64url');
  const known = keepers.get(id)?.deref();
  if (known !== undefined) {
    known.lookAnew(now);
    return known;
  }
  const keeper = new TrustKeeper(config, now, id);
  const reference = new WeakRef(keeper);
  keepers.set(id, reference);
  lookAfter(reference);
  return keeper;
}

/** Also without traffic a changed file is taken up. Ends with the keeper; keeps no process alive. */
function lookAfter(reference: WeakRef<TrustKeeper>): void {
  const timer = setInterval(() => {
    const keeper = reference.deref();
    if (keeper === undefined) clearInterval(timer);
    else void keeper.look(Date.now() / 1000);
  }, TICK_MS);
  timer.unref();
}

function live(): readonly TrustKeeper[] {
  return [...keepers].flatMap(([id, reference]) => {
    const keeper = reference.deref();
    if (keeper !== undefined) return [keeper];
    keepers.delete(id);
    return [];
  });
}

/** Seconds from `now` until the first of some certificates expires; infinite without any. */
function secondsToExpiry(of: (facts: TrustMaterial['facts']) => readonly CertificateFacts[], now: number): number {
  const ends = live().flatMap(({ material }) => of(material.facts).map(({ notAfter }) => notAfter));
  return ends.reduce((first, end) => Math.min(first, end), Infinity) - now;
}

GAUGES.push(
  {
    name: 'modi_trust_anchor_expiry_seconds',
    help: 'Seconds until the first of the trusted authorities expires; negative when it has.',
    read: () => secondsToExpiry(({ anchors }) => anchors, Date.now() / 1000),
  },
  {
    name: 'modi_trust_certificate_expiry_seconds',
    help: 'Seconds until the first of the pinned certificates expires; negative when it has.',
    read: () => secondsToExpiry(({ certificates }) => certificates, Date.now() / 1000),
  },
  {
    name: 'modi_trust_reload_failing',
    help: 'Sources of trust that cannot be used as they are on disk, so that what they held before stays in use.',
    read: () => live().reduce((total, { failing }) => total + failing.length, 0),
  },
);
