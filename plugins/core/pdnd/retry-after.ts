import type { IncomingHttpHeaders } from 'node:http';
import { countIn, retryAfterSeconds } from '../fetch';

/** How long the platform wants to be left alone, in seconds: Retry-After, or the interval of its rate limit (ms). */
export function retryAfterOf(headers: IncomingHttpHeaders): number | undefined {
  const seconds = retryAfterSeconds(headers);
  if (seconds !== undefined) return seconds;
  const interval = countIn(headers['x-rate-limit-interval']);
  return interval === undefined ? undefined : interval / 1000;
}
