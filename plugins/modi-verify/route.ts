import { compileTrust } from '../core/trust';
import { replayStoreFor, type ReplayStore } from '../core/replay';
import { ConfigError } from '../core/schema';
import { compilePolicy, type Policy } from '../core/verify';
import type { ModiVerifyConfig } from './schema';

/** One configured `modi-verify`, compiled once. */
export interface Route {
  readonly config: ModiVerifyConfig;
  readonly policy: Policy;
  readonly groups: readonly string[];
  readonly replayStore: ReplayStore;
}

/**
 * Compiles a configuration at `now` (seconds since the epoch): reads the trust's files, checks what Kong's schema
 * cannot, and finds the replay store, wide enough for this route.
 * @throws ConfigError naming field and value.
 */
export function compileRoute(config: ModiVerifyConfig, now: number): Route {
  const { anchors, certificates, max_chain: maxChain, extended_key_usage: extendedKeyUsage } = config.trust;
  const trust = compileTrust({ anchors, certificates, maxChain, extendedKeyUsage }, now);
  const policy = compilePolicy(config, trust);
  if (config.replay.on_duplicate === 'allow_same_digest' && !policy.integrity) {
    throw new ConfigError('replay.on_duplicate', 'allow_same_digest needs INTEGRITY_REST_01, whose Digest it compares');
  }
  const { max_age: maxAge, clock_skew: clockSkew } = config;
  const replayStore = replayStoreFor(config.replay, { maxAge, clockSkew, maxEntries: config.replay.max_entries });
  return { config, policy, groups: config.groups, replayStore };
}
