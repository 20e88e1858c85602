import { keeperOf, type KeyKeeper } from '../core/keys';
import { ConfigError, configVersion } from '../core/schema';
import { OWN_CLAIMS } from '../core/sign';
import { compileApplicability, type Applicability } from './applicability';
import { modiSignSchema, type ModiSignConfig } from './schema';

/** One configured `modi-sign`, compiled once. */
export interface Route {
  readonly config: ModiSignConfig;
  /** The name of this configuration, for the record. */
  readonly configVersion: string;
  readonly keeper: KeyKeeper;
  readonly applicability: Applicability;
  readonly furtherHeaders: readonly string[];
  readonly signsEmptyBody: boolean;
}

/**
 * Compiles a configuration at `now` (seconds since the epoch): reads the key, checks what Kong's schema cannot.
 *
 * @throws ConfigError naming field and value.
 */
export function compileRoute(config: ModiSignConfig, now: number): Route {
  const { key, algorithm, key_reference: reference } = config;
  if (key.password !== null && key.password_file !== null) {
    throw new ConfigError('key.password_file', 'is set beside key.password; keep one of them');
  }
  const applicability = compileApplicability(config);
  const furtherHeaders = checkedHeaders(config.signed_headers ?? []);
  refuseOwnClaims(config.claims ?? {});
  return {
    config,
    configVersion: configVersion(modiSignSchema.fields, config),
    keeper: keeperOf({ ...key, algorithm, reference }, config.warn_days, now),
    applicability,
    furtherHeaders,
    signsEmptyBody: ['always', 'request_payload_any_response'].includes(config.empty_body),
  };
}

/** Signed anyway. */
const ALWAYS_SIGNED: readonly string[] = ['digest', 'content-type', 'content-encoding'];

/** Ours, of one connection, made by nginx after us, or not to be joined into one line. */
const UNSIGNABLE: readonly string[] = [
  'agid-jwt-signature',
  'connection',
  'content-length',
  'server',
  'set-cookie',
  'transfer-encoding',
  'via',
];

function checkedHeaders(names: readonly string[]): readonly string[] {
  for (const [index, name] of names.entries()) {
    if (UNSIGNABLE.includes(name)) {
      throw new ConfigError(`signed_headers[${index + 1}]`, `${name} cannot be signed: it is not the service's to fix`);
    }
  }
  return [...new Set(names)].filter((name) => !ALWAYS_SIGNED.includes(name));
}

function refuseOwnClaims(claims: Readonly<Record<string, string>>): void {
  const own = Object.keys(claims).find((name) => OWN_CLAIMS.includes(name));
  if (own !== undefined) throw new ConfigError(`claims.${own}`, 'is set by the plugin itself');
}
