import type { Headers } from '../core/verify';
import type { Kong } from '../runtime/kong';

/** Signed tokens and proofs that Kong's own redaction does not know; it covers Authorization by itself. */
const TOKEN_HEADERS = ['agid-jwt-signature', 'agid-jwt-trackingevidence', 'dpop'];

/**
 * Keeps the tokens out of every log plugin's record (ModI forbids tracing them). Those in `removed` never get there: Kong
 * logs the headers that the service gets.
 */
export function maskTokens(kong: Kong, headers: Headers, removed: readonly string[] = []): void {
  for (const name of TOKEN_HEADERS) {
    if (headers.has(name) && !removed.includes(name)) {
      kong.log.setSerializeValue(`request.headers.${name}`, 'REDACTED');
    }
  }
}
