import { createHash } from 'node:crypto';
import { ConfigError } from '../core/schema';
import {
  jwksKeeperOf,
  readTrustSource,
  trustKeeperOf,
  type JwksKeeper,
  type TrustKeeper,
  type TrustMaterial,
  type X5uKeeper,
  x5uKeeperOf,
} from '../core/trust';
import type { SignerDirectory } from '../core/verify';
import type { ModiVerifyConfig } from './schema';

/** Everything that a route believes signers by, kept current beside the requests. */
export interface RouteTrust {
  /** Anchors and pinned certificates. */
  readonly keeper: TrustKeeper;
  /** The signers as they are trusted at the moment. The same object until something changes. */
  signers(): SignerDirectory;
  /** Starts what is due at `now` (seconds). Answers what to wait for before judging; undefined, as nearly always: nothing. */
  tend(now: number): Promise<void> | undefined;
  /** Until what is on its way beside the requests has arrived or failed. */
  settled(): Promise<void>;
}

/**
 * The trust of a configuration, read at `now` (seconds since the epoch).
 * @throws ConfigError naming field and value; when nothing at all is trusted.
 */
export function routeTrust(config: ModiVerifyConfig['trust'], now: number): RouteTrust {
  const { anchors, certificates, max_chain: maxChain, extended_key_usage: extendedKeyUsage } = config;
  const jwks = compileJwks(config, now);
  const x5u = compileX5u(config);
  const password = config.pkcs12_password ?? undefined;
  const isPartial = jwks !== undefined;
  const keeper = trustKeeperOf({ anchors, certificates, maxChain, extendedKeyUsage, password, isPartial }, now);
  return {
    keeper,
    signers: following(keeper, jwks, (material) => directoryOf(material, jwks, x5u)),
    tend: (at) => {
      jwks?.tend(at);
      return keeper.tend(at);
    },
    settled: async () => {
      await Promise.all([keeper.settled(), jwks?.settled(), x5u?.settled()]);
    },
  };
}

/** Whether anybody's key is trusted at all. */
export const trustsAnybody = ({ anchors, certificates, jwks }: ModiVerifyConfig['trust']): boolean =>
  [anchors, certificates, jwks].some((sources) => sources !== null && sources.length > 0);

function directoryOf(
  material: TrustMaterial,
  jwks: JwksKeeper | undefined,
  x5u: X5uKeeper | undefined,
): SignerDirectory {
  if (jwks === undefined && x5u === undefined) return material;
  return {
    ...material,
    ...(jwks && { id: versionOf(material, jwks) }),
    ...(jwks && { byKid: (kid, at) => jwks.byKid(kid, material, at) }),
    ...(x5u && { urlHosts: x5u.hosts, byUrl: (reference, at) => x5u.byUrl(reference, material, at) }),
    prepare: ({ kid, url, x5c, thumbprint }, at) => {
      if (url !== undefined) return x5u?.prepare({ url, x5c, thumbprint }, at);
      return kid === undefined ? undefined : jwks?.prepare(kid, at);
    },
  };
}

/** The keys of trusted sets decide as certificates do. */
const versionOf = ({ id }: TrustMaterial, { version }: JwksKeeper): string =>
  createHash('sha256').update(`${id} ${version}`).digest('base64url');

/** What is made of the trust of the moment, made anew only when the trust has changed. */
function following<T>(
  keeper: TrustKeeper,
  jwks: JwksKeeper | undefined,
  make: (material: TrustMaterial) => T,
): () => T {
  let [material, version] = [keeper.material, jwks?.version];
  let made = make(material);
  return () => {
    if (keeper.material !== material || jwks?.version !== version) {
      [material, version] = [keeper.material, jwks?.version];
      made = make(material);
    }
    return made;
  };
}

function compileJwks(config: ModiVerifyConfig['trust'], now: number): JwksKeeper | undefined {
  const { jwks: sources, jwks_ca: authorities, jwks_refresh: refresh, jwks_max_stale: maxStale } = config;
  if (sources === null || sources.length === 0) return undefined;
  if (maxStale < refresh) {
    throw new ConfigError('trust.jwks_max_stale', `must not be less than jwks_refresh, which is ${refresh}`);
  }
  const ca = authoritiesOf(authorities, 'trust.jwks_ca');
  const { extended_key_usage: extendedKeyUsage, private_hosts: hosts } = config;
  const settings = { sources, ca, refresh, maxStale, privateHosts: hosts ?? [], extendedKeyUsage };
  return jwksKeeperOf(settings, 'trust.jwks', now);
}

function compileX5u(config: ModiVerifyConfig['trust']): X5uKeeper | undefined {
  const { x5u_hosts: hosts, x5u_ca: authorities, x5u_refresh: refresh, x5u_max_stale: maxStale } = config;
  if (hosts === null) return undefined;
  if (maxStale < refresh) {
    throw new ConfigError('trust.x5u_max_stale', `must not be less than x5u_refresh, which is ${refresh}`);
  }
  const ca = authoritiesOf(authorities, 'trust.x5u_ca');
  const named = hosts.map((host, index) => hostOf(host, `trust.x5u_hosts[${index + 1}]`));
  return x5uKeeperOf({ hosts: named, ca, refresh, maxStale, privateHosts: config.private_hosts ?? [] });
}

/** A host as URLs have it. */
function hostOf(value: string, field: string): string {
  const text = `https://${value}/`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.pathname === '/' && url.username === '') return url.host;
  throw new ConfigError(field, `"${value}" is no host`);
}

/** PEM of the authorities of servers. @throws ConfigError naming `field`. */
export const authoritiesOf = (sources: readonly string[] | null, field: string): readonly string[] | undefined =>
  sources?.flatMap((source, index) =>
    readTrustSource(source, `${field}[${index + 1}]`).map(({ x509 }) => x509.toString()),
  );
