import type { JsonWebKey, KeyObject } from 'node:crypto';

type Members = Readonly<Record<string, unknown>>;

/** A public key as a member of a JWK Set. */
export const jwkOf = (key: KeyObject, kid: string, more: Members = {}): JsonWebKey => ({
  ...key.export({ format: 'jwk' }),
  kid,
  ...more,
});

export const jwkSet = (...keys: readonly Members[]): string => JSON.stringify({ keys });
