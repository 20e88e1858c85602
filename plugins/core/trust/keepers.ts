import { GAUGES } from '../gauges';
import { configurationId, SharedKeepers } from '../shared-keepers';
import { TrustKeeper } from './trust-keeper';
import type { CertificateFacts, TrustConfig, TrustMaterial } from './types';

const keepers = new SharedKeepers<TrustKeeper>(15_000);

/**
 * The keeper of a configured trust, the same for the same configuration. One that is there already looks at the disk
 * anew. It goes on with what it holds when a file has become bad.
 *
 * @throws ConfigError as compileTrust when there is no good material to begin with.
 */
export function trustKeeperOf(config: TrustConfig, now: number): TrustKeeper {
  const id = configurationId(config);
  const known = keepers.find(id);
  known?.lookAnew(now);
  return known ?? keepers.of(id, () => new TrustKeeper(config, now, id));
}

const secondsToExpiry = (of: (facts: TrustMaterial['facts']) => readonly CertificateFacts[], now: number): number =>
  keepers.least(({ material }) => of(material.facts).map(({ notAfter }) => notAfter)) - now;

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
    read: () => keepers.sum(({ failing }) => failing.length),
  },
);
