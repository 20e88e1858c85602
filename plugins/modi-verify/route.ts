import { compileGroups, type GroupNames } from '../core/party';
import { pdndKeysOf, type PdndKeys, type PdndSettings } from '../core/pdnd';
import { replayStoreFor, type ReplayStore } from '../core/replay';
import { ConfigError, configVersion } from '../core/schema';
import { combinationOf, compileAuditPolicy, compilePolicy, type Policy, type PolicyParts } from '../core/verify';
import { compileRouteChannel } from './channel';
import { NO_SIGNERS } from './no-signers';
import { compilePlatform, type Platform } from './pdnd';
import { routeRevocation } from './revocation';
import { modiVerifySchema, type ModiVerifyConfig } from './schema';
import { routeTrust, trustsAnybody, type RouteTrust } from './trust';

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
  const revocation = trust && routeRevocation(config.trust, 'trust', trust.keeper, now);
  const channel = compileRouteChannel(config, platform !== undefined, now);
  const audit = compileAuditPolicy(config);
  const parts = { revocation: revocation?.judge, pdnd: platform?.policy, audit, channel: channel?.policy };
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
    prepare: (at) => all(trust?.tend(at), revocation?.tend(at), ...(channel?.prepare(at) ?? [])),
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
function compileTrustOf(config: ModiVerifyConfig, platform: Platform | undefined, now: number): RouteTrust | undefined {
  const byCertificate = platform === undefined || config.patterns.includes('INTEGRITY_REST_01');
  return byCertificate || trustsAnybody(config.trust) ? routeTrust(config.trust, now) : undefined;
}

/** The policy by the trust of the moment, compiled anew when the trust has changed. */
function followingPolicy(config: ModiVerifyConfig, trust: RouteTrust | undefined, parts: PolicyParts): () => Policy {
  let signers = trust?.signers() ?? NO_SIGNERS;
  let policy = compilePolicy(config, signers, parts);
  return () => {
    const current = trust?.signers() ?? NO_SIGNERS;
    if (current !== signers) {
      signers = current;
      policy = compilePolicy(config, signers, parts);
    }
    return policy;
  };
}

export type KeysOf = (settings: PdndSettings, now: number) => PdndKeys;
