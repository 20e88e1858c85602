import { TrustSources } from './trust-sources';
import type { TrustConfig, TrustMaterial } from './types';

/**
 * Reads and judges what is configured to be trusted, once, at `now` (seconds since the epoch). A certificate that stands
 * there twice counts once.
 *
 * @throws ConfigError naming field and certificate, for: nothing configured; an unreadable source; an anchor that is
 * expired, not yet valid, no authority, or not understood; an expired pinned certificate, or one that may not sign;
 * a weak key; a signature over a weak hash. In a folder, what has expired is left out.
 */
export const compileTrust = (config: TrustConfig, now: number): TrustMaterial =>
  new TrustSources(config, now).material();
