import type { KeyObject } from 'node:crypto';

export type Json = Readonly<Record<string, unknown>>;

export interface DecodedToken {
  readonly header: Json;
  readonly claims: Json;
}

/** Header and claims of a compact JWS, nothing verified; undefined for anything else. */
export function decodeToken(token: string): DecodedToken | undefined {
  const [header, claims, ...rest] = token.split('.');
  if (header === undefined || claims === undefined || rest.length !== 1) return undefined;
  const decoded = { header: objectOf(header), claims: objectOf(claims) };
  return decoded.header === undefined || decoded.claims === undefined ? undefined : (decoded as DecodedToken);
}

function objectOf(part: string): Json | undefined {
  try {
    const value = JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether the signature holds; by jose, so that what the gateway signs with node:crypto is read by somebody else. */
export async function isSignedBy(token: string, key: KeyObject, algorithms: string[]): Promise<boolean> {
  const { compactVerify, errors } = await import('jose');
  try {
    await compactVerify(token, key, { algorithms });
    return true;
  } catch (error) {
    if (error instanceof errors.JOSEError) return false;
    throw error;
  }
}

/** The first member of `value` that is not on the list. */
export const foreignMember = (value: Json, allowed: readonly string[]): string | undefined =>
  Object.keys(value).find((name) => !allowed.includes(name));

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export const isUuid = (value: unknown): value is string => typeof value === 'string' && UUID.test(value);
