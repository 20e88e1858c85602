import { replayStoreFor, type ReplayStore } from '../core/replay';
import { revocationKeeperOf } from '../core/revocation';
import { ConfigError } from '../core/schema';
import { compileTrust, type TrustMaterial } from '../core/trust';
import { compilePolicy, type Policy } from '../core/verify';
import type { ModiVerifyConfig } from './schema';

/** One configured `modi-verify`, compiled once. */
export interface Route {
  readonly config: ModiVerifyConfig;
  readonly policy: Policy;
  readonly groups: readonly string[];
  readonly replayStore: ReplayStore;
  /** Answers what to wait for at `now` (seconds) before tokens can be judged; undefined, as nearly always: nothing. */
  prepare(now: number): Promise<void> | undefined;
  /** Until what is on its way beside the requests has arrived or failed. */
  settled(): Promise<void>;
}

/**
 * Compiles a configuration at `now` (seconds since the epoch): reads the trust's files, checks what Kong's schema
 * cannot, and finds the replay store, wide enough for this route.
 * @throws ConfigError naming field and value.
 */
export function compileRoute(config: ModiVerifyConfig, now: number): Route {
  const { anchors, certificates, max_chain: maxChain, extended_key_usage: extendedKeyUsage } = config.trust;
  const trust = compileTrust({ anchors, certificates, maxChain, extendedKeyUsage }, now);
  const revocation = compileRevocation(config.trust, trust, now);
  const policy = compilePolicy(config, trust, revocation);
  if (config.replay.on_duplicate === 'allow_same_digest' && !policy.integrity) {
    throw new ConfigError('replay.on_duplicate', 'allow_same_digest needs INTEGRITY_REST_01, whose Digest it compares');
  }
  const { max_age: maxAge, clock_skew: clockSkew } = config;
  return {
    config,
    policy,
    groups: config.groups,
    replayStore: replayStoreFor(config.replay, { maxAge, clockSkew, maxEntries: config.replay.max_entries }),
    prepare: (at) => revocation?.prepare(at),
    settled: async () => revocation?.settled(),
  };
}

/** Hard where a list is configured at all: who names lists wants them to count. */
function compileRevocation(config: ModiVerifyConfig['trust'], { issuers }: TrustMaterial, now: number) {
  const crls = config.crls ?? [];
  const policy = config.crl_policy ?? (crls.length > 0 ? 'required' : 'off');
  if (policy === 'off') return undefined;
  if (crls.length === 0) throw new ConfigError('trust.crl_policy', `"${policy}" needs at least one list in trust.crls`);
  const { crl_refresh: refresh, crl_grace: grace, private_hosts: hosts } = config;
  const privateHosts = hosts ?? [];
  return revocationKeeperOf({ crls, policy, refresh, grace, privateHosts, issuers }, 'trust.crls', now);
}
