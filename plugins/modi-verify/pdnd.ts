import { pdndAddresses, type KeyApiSettings, type PdndAddresses, type PdndSettings } from '../core/pdnd';
import { ConfigError } from '../core/schema';
import { readTrustSource } from '../core/trust';
import { compilePdndPolicy, type PdndPolicy } from '../core/verify';
import type { ModiVerifyConfig } from './schema';

type PdndConfig = ModiVerifyConfig['pdnd'];

/** The platform of a route: what its vouchers must be, and where its keys are. */
export interface Platform {
  readonly policy: PdndPolicy;
  readonly settings: PdndSettings;
}

/** Patterns whose tokens are signed with keys of participants. */
const BY_PARTICIPANT = ['INTEGRITY_REST_02', 'AUDIT_REST_01', 'AUDIT_REST_02'];

/**
 * Undefined when the route has nothing to do with the platform.
 * @throws ConfigError for addresses that are missing, a client that is needed and not configured, and options of the
 * platform without a platform.
 */
export function compilePlatform(config: ModiVerifyConfig): Platform | undefined {
  const { pdnd } = config;
  if (pdnd.environment === null && pdnd.issuer === null && pdnd.jwks_uri === null) {
    refuseOptionsWithoutPlatform(pdnd);
    return undefined;
  }
  if (config.identity.bindings !== null) {
    throw new ConfigError(
      'identity.bindings',
      'tie claims to a certificate, and a voucher comes without one; see identity.callers',
    );
  }
  if (config.identity.claim === 'iss') {
    throw new ConfigError(
      'identity.claim',
      'iss of a voucher is the PDND, not the caller; use client_id, purposeId or consumerId',
    );
  }
  const known = pdnd.environment === null ? undefined : pdndAddresses(pdnd.environment, pdnd.api_version);
  const issuer = address(pdnd.issuer, known?.issuer, 'issuer');
  const needsKeys = config.patterns.some((pattern) => BY_PARTICIPANT.includes(pattern));
  return {
    policy: compilePdndPolicy(pdnd, issuer),
    settings: {
      jwksUri: address(pdnd.jwks_uri, known?.jwksUri, 'jwks_uri'),
      jwksRefresh: pdnd.jwks_refresh,
      jwksCooldown: pdnd.jwks_cooldown,
      maxStale: pdnd.max_stale,
      privateHosts: pdnd.private_hosts ?? [],
      ca: authorities(pdnd.ca),
      keyApi: keyApi(pdnd, known, needsKeys),
    },
  };
}

/** Whoever sets these expects vouchers to be verified; without a platform nobody would. */
function refuseOptionsWithoutPlatform(pdnd: PdndConfig): void {
  const set = [
    ...(['producer_id', 'eservice_id', 'descriptor_ids', 'api_uri'] as const).filter((name) => pdnd[name] !== null),
    ...(pdnd.voucher === 'bearer' ? [] : (['voucher'] as const)),
    ...(pdnd.dpop.public_urls === null ? [] : (['dpop.public_urls'] as const)),
    ...(pdnd.client.id === null ? [] : (['client.id'] as const)),
  ];
  const [first] = set;
  if (first === undefined) return;
  throw new ConfigError(
    `pdnd.${first}`,
    'is set, but no platform is: set pdnd.environment, or pdnd.issuer and pdnd.jwks_uri',
  );
}

function keyApi(pdnd: PdndConfig, known: PdndAddresses | undefined, needed: boolean): KeyApiSettings | null {
  const { client, events } = pdnd;
  if (client.id === null || client.key_file === null) {
    const missing = client.id === null ? 'id' : 'key_file';
    if (needed || client.id !== null || client.key_file !== null || pdnd.parties) {
      throw new ConfigError(
        `pdnd.client.${missing}`,
        'the API of the PDND, which knows keys and names, is asked with a client of our own',
      );
    }
    return null;
  }
  return {
    version: pdnd.api_version,
    uri: address(pdnd.api_uri, known?.apiUri, 'api_uri').replace(/\/$/, ''),
    answerKeysUri: pdnd.api_version === 'v3' ? address(pdnd.api_jwks_uri, known?.answerKeysUri, 'api_jwks_uri') : '',
    client: {
      id: client.id,
      key: client.key_file,
      kid: client.kid,
      tokenUri: address(pdnd.token_uri, known?.tokenUri, 'token_uri'),
      audience: address(pdnd.assertion_audience, known?.assertionAudience, 'assertion_audience'),
    },
    keyLife: pdnd.key_life,
    unknownLife: pdnd.unknown_key_life,
    budget: pdnd.unknown_key_budget,
    budgetPeriod: pdnd.unknown_key_period,
    events: events.poll ? { interval: events.interval, directory: events.directory } : null,
    parties: pdnd.parties,
  };
}

function address(configured: string | null, known: string | undefined, field: string): string {
  const value = configured ?? known;
  if (value !== undefined) return value;
  throw new ConfigError(`pdnd.${field}`, 'is needed where pdnd.environment is not set');
}

const authorities = (sources: readonly string[] | null): readonly string[] | null =>
  sources?.flatMap((source, index) =>
    readTrustSource(source, `pdnd.ca[${index + 1}]`).map(({ x509 }) => x509.toString()),
  ) ?? null;
