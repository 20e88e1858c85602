import { compileTrust } from '../core/trust';
import { processReplayStore } from '../core/replay';
import { compilePolicy, type Policy } from '../core/verify';
import type { ModiVerifyConfig } from './schema';

/** One configured `modi-verify`, compiled once. */
export interface Route {
  readonly config: ModiVerifyConfig;
  readonly policy: Policy;
  readonly groups: readonly string[];
}

/**
 * Compiles a configuration at `now` (seconds since the epoch): reads the trust's files, checks what Kong's schema
 * cannot, and makes the process's replay store wide enough for this route.
 * @throws ConfigError naming field and value.
 */
export function compileRoute(config: ModiVerifyConfig, now: number): Route {
  const { anchors, certificates, max_chain: maxChain, extended_key_usage: extendedKeyUsage } = config.trust;
  const trust = compileTrust({ anchors, certificates, maxChain, extendedKeyUsage }, now);
  const policy = compilePolicy(config, trust);
  processReplayStore.widen({
    maxAge: config.max_age,
    clockSkew: config.clock_skew,
    maxEntries: config.replay.max_entries,
  });
  return { config, policy, groups: config.groups };
}
