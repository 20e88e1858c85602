import type { IncomingHttpHeaders } from 'node:http';

/** How long the platform wants to be left alone, in seconds: Retry-After, or the interval of its rate limit (ms). */
export function retryAfterOf(headers: IncomingHttpHeaders): number | undefined {
  const seconds = numberOf(headers['retry-after']);
  if (seconds !== undefined) return seconds;
  const interval = numberOf(headers['x-rate-limit-interval']);
  return interval === undefined ? undefined : interval / 1000;
}

const numberOf = (value: string | string[] | undefined): number | undefined =>
  typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
