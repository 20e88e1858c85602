import type { Headers } from '../core/verify';
import type { HeaderValues, Kong } from '../runtime/kong';

/** Signed tokens and proofs that Kong's own redaction does not know; it covers Authorization by itself. */
const TOKEN_HEADERS = ['agid-jwt-signature', 'agid-jwt-trackingevidence', 'dpop'];

/** The tracked data of an audit token, for the service: who sat at which desk is for no log. */
const PERSONAL_PREFIX = 'x-modi-audit-';

/**
 * Keeps tokens and personal data out of every log plugin's record: ModI forbids tracing the former, and the latter is
 * in the evidence of those who need it. Kong logs the headers that the service gets: with `changes`, what the service
 * is not told is not masked either.
 */
export function maskHeaders(kong: Kong, headers: Headers, changes: HeaderValues = {}): void {
  const masked = [
    ...TOKEN_HEADERS.filter((name) => headers.has(name) && !isRemoved(changes[name])),
    ...Object.keys(changes).filter((name) => name.startsWith(PERSONAL_PREFIX) && !isRemoved(changes[name])),
  ];
  for (const name of masked) kong.log.setSerializeValue(`request.headers.${name}`, 'REDACTED');
}

const isRemoved = (value: HeaderValues[string] | undefined): boolean => Array.isArray(value) && value.length === 0;
