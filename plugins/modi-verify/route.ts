import { compileGroups, type GroupNames } from '../core/party';
import { replayStoreFor, type ReplayStore } from '../core/replay';
import { revocationKeeperOf } from '../core/revocation';
import { ConfigError } from '../core/schema';
import { trustKeeperOf, type TrustKeeper } from '../core/trust';
import { compilePolicy, type Policy, type RevocationJudge } from '../core/verify';
import type { ModiVerifyConfig } from './schema';

/** One configured `modi-verify`, compiled once. */
export interface Route {
  readonly config: ModiVerifyConfig;
  /** By what is trusted at the moment: ask once per request. */
  readonly policy: Policy;
  readonly groups: GroupNames;
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
  const trust = compileTrustOf(config.trust, now);
  const revocation = compileRevocation(config.trust, trust, now);
  const policy = followingPolicy(config, trust, revocation);
  if (config.replay.on_duplicate === 'allow_same_digest' && !policy().integrity) {
    throw new ConfigError('replay.on_duplicate', 'allow_same_digest needs INTEGRITY_REST_01, whose Digest it compares');
  }
  const { max_age: maxAge, clock_skew: clockSkew } = config;
  return {
    config,
    get policy() {
      return policy();
    },
    groups: compileGroups(config.groups, 'groups'),
    replayStore: replayStoreFor(config.replay, { maxAge, clockSkew, maxEntries: config.replay.max_entries }),
    prepare: (at) => both(trust.tend(at), revocation?.prepare(at)),
    settled: async () => {
      await Promise.all([trust.settled(), revocation?.settled()]);
    },
  };
}

function both(one: Promise<void> | undefined, other: Promise<void> | undefined): Promise<void> | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Promise.all([one, other]).then(() => undefined);
}

function compileTrustOf(config: ModiVerifyConfig['trust'], now: number): TrustKeeper {
  const { anchors, certificates, max_chain: maxChain, extended_key_usage: extendedKeyUsage } = config;
  const password = config.pkcs12_password ?? undefined;
  return trustKeeperOf({ anchors, certificates, maxChain, extendedKeyUsage, password }, now);
}

/** The policy by the trust of the moment, compiled anew when the trust has changed. */
function followingPolicy(config: ModiVerifyConfig, trust: TrustKeeper, revocation?: RevocationJudge): () => Policy {
  let { material } = trust;
  let policy = compilePolicy(config, material, revocation);
  return () => {
    if (trust.material !== material) {
      ({ material } = trust);
      policy = compilePolicy(config, material, revocation);
    }
    return policy;
  };
}

/** Hard where a list is configured at all: who names lists wants them to count. */
function compileRevocation(config: ModiVerifyConfig['trust'], trust: TrustKeeper, now: number) {
  const crls = config.crls ?? [];
  const policy = config.crl_policy ?? (crls.length > 0 ? 'required' : 'off');
  if (policy === 'off') return undefined;
  if (crls.length === 0) throw new ConfigError('trust.crl_policy', `"${policy}" needs at least one list in trust.crls`);
  const { crl_refresh: refresh, crl_grace: grace, private_hosts: hosts } = config;
  const privateHosts = hosts ?? [];
  const issuers = () => trust.material.issuers;
  return revocationKeeperOf(
    { crls, policy, refresh, grace, privateHosts, issuers, trustId: trust.id },
    'trust.crls',
    now,
  );
}
