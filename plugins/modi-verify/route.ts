import { compileGroups, type GroupNames } from '../core/party';
import { pdndKeysOf, type PdndKeys, type PdndSettings } from '../core/pdnd';
import { replayStoreFor, type ReplayStore } from '../core/replay';
import { revocationKeeperOf } from '../core/revocation';
import { ConfigError, configVersion } from '../core/schema';
import { trustKeeperOf, type TrustKeeper } from '../core/trust';
import { combinationOf, compileAuditPolicy, compilePolicy, type Policy, type PolicyParts } from '../core/verify';
import { compileRouteChannel } from './channel';
import { NO_SIGNERS } from './no-signers';
import { compilePlatform, type Platform } from './pdnd';
import { modiVerifySchema, type ModiVerifyConfig } from './schema';

/** One configured `modi-verify`, compiled once. */
export interface Route {
  readonly config: ModiVerifyConfig;
  /** The name of this configuration, for the record. */
  readonly configVersion: string;
  /** By what is trusted at the moment: ask once per request. */
  readonly policy: Policy;
  readonly groups: GroupNames;
  readonly replayStore: ReplayStore;
  /** The keys of the platform, where its vouchers authenticate. */
  readonly keys: PdndKeys | undefined;
  /** Answers what to wait for at `now` (seconds) before tokens can be judged; undefined, as nearly always: nothing. */
  prepare(now: number): Promise<void> | undefined;
  /** Until what is on its way beside the requests has arrived or failed. */
  settled(): Promise<void>;
}

/**
 * Compiles a configuration at `now` (seconds since the epoch): reads the trust's files, checks what Kong's schema
 * cannot, and finds the replay store, wide enough for this route.
 * `keysOf` finds the keys of the platform by its settings.
 * @throws ConfigError naming field and value.
 */
export function compileRoute(config: ModiVerifyConfig, now: number, keysOf: KeysOf = pdndKeysOf): Route {
  const platform = compilePlatform(config);
  // What was asked for comes before what it needs: the first error should be the one that explains the others.
  combinationOf(config.patterns, platform !== undefined);
  const trust = compileTrustOf(config, platform, now);
  const revocation = trust && compileRevocation(config.trust, trust, now);
  const channel = compileRouteChannel(config, platform !== undefined, now);
  const audit = compileAuditPolicy(config);
  const parts = { revocation, pdnd: platform?.policy, audit, channel: channel?.policy };
  const policy = followingPolicy(config, trust, parts);
  if (config.replay.on_duplicate === 'allow_same_digest' && policy().integrity === undefined) {
    throw new ConfigError(
      'replay.on_duplicate',
      'allow_same_digest needs INTEGRITY_REST_01 or _02, whose Digest it compares',
    );
  }
  const { clock_skew: clockSkew } = config;
  // A proof may be accepted for longer than a token of this route, or for less long.
  const maxAge = Math.max(config.max_age, policy().maxAge.DPOP);
  const keys = platform && keysOf(platform.settings, now);
  return {
    config,
    configVersion: configVersion(modiVerifySchema.fields, config),
    get policy() {
      return policy();
    },
    groups: compileGroups(config.groups, 'groups'),
    replayStore: replayStoreFor(config.replay, { maxAge, clockSkew, maxEntries: config.replay.max_entries }),
    keys,
    prepare: (at) => all(trust?.tend(at), revocation?.prepare(at), ...(channel?.prepare(at) ?? [])),
    settled: async () => {
      await Promise.all([trust?.settled(), revocation?.settled(), keys?.settled(), channel?.settled()]);
    },
  };
}

function all(...waiting: readonly (Promise<void> | undefined)[]): Promise<void> | undefined {
  const pending = waiting.filter((one) => one !== undefined);
  return pending.length === 0 ? undefined : Promise.all(pending).then(() => undefined);
}

/** Undefined where every token's key is the platform's to know, and nobody's certificate is trusted. */
function compileTrustOf(
  config: ModiVerifyConfig,
  platform: Platform | undefined,
  now: number,
): TrustKeeper | undefined {
  const { anchors, certificates, max_chain: maxChain, extended_key_usage: extendedKeyUsage } = config.trust;
  const byCertificate = platform === undefined || config.patterns.includes('INTEGRITY_REST_01');
  if (!byCertificate && (anchors ?? []).length === 0 && (certificates ?? []).length === 0) return undefined;
  const password = config.trust.pkcs12_password ?? undefined;
  return trustKeeperOf({ anchors, certificates, maxChain, extendedKeyUsage, password }, now);
}

/** The policy by the trust of the moment, compiled anew when the trust has changed. */
function followingPolicy(config: ModiVerifyConfig, trust: TrustKeeper | undefined, parts: PolicyParts): () => Policy {
  let material = trust?.material;
  let policy = compilePolicy(config, material ?? NO_SIGNERS, parts);
  return () => {
    if (trust !== undefined && trust.material !== material) {
      ({ material } = trust);
      policy = compilePolicy(config, material, parts);
    }
    return policy;
  };
}

export type KeysOf = (settings: PdndSettings, now: number) => PdndKeys;

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
