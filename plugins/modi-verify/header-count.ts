import { VerificationError } from '../core/errors';
import type { Headers } from '../core/verify';

/** What Kong is asked for. It cuts silently above, so a request that reaches it may hide a second token. */
export const MAX_HEADERS = 1000;

/** @throws VerificationError MODI_TOO_MANY_HEADERS when headers may have been cut. */
export function checkHeaderCount(headers: Headers): void {
  let count = 0;
  for (const values of headers.values()) count += values.length;
  if (count >= MAX_HEADERS) throw new VerificationError('MODI_TOO_MANY_HEADERS', { found: count, max: MAX_HEADERS });
}
