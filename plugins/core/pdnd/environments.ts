import type { KeyApiVersion } from './types';

/** Production, test (collaudo), attestation. */
export type PdndEnvironment = 'prod' | 'uat' | 'att';

/** The public addresses and names of one environment of the platform. */
export interface PdndAddresses {
  /** iss of its vouchers. */
  readonly issuer: string;
  readonly jwksUri: string;
  readonly tokenUri: string;
  /** aud of client assertions: a name, not a URL. */
  readonly assertionAudience: string;
  /** Base of the API, version included. */
  readonly apiUri: string;
  readonly answerKeysUri: string;
}

const PATHS: Readonly<Record<KeyApiVersion, string>> = { v1: '1.0', v2: 'v2', v3: 'v3' };

/** What the platform publishes of an environment; keys, clients, kids and audiences belong to one alone. */
export function pdndAddresses(environment: PdndEnvironment, version: KeyApiVersion): PdndAddresses {
  const domain = environment === 'prod' ? 'interop.pagopa.it' : `${environment}.interop.pagopa.it`;
  return {
    issuer: domain,
    jwksUri: `https://${domain}/.well-known/jwks.json`,
    tokenUri: `https://auth.${domain}/token.oauth2`,
    assertionAudience: `auth.${domain}/client-assertion`,
    apiUri: `https://api.${domain}/${PATHS[version]}`,
    answerKeysUri: `https://api.${domain}/.well-known/jwks.json`,
  };
}
