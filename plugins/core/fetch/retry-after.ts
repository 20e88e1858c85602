import type { IncomingHttpHeaders } from 'node:http';

/** Seconds for which a server wants to be left alone (RFC 9110 10.2.3). The form with a date is passed over. */
export const retryAfterSeconds = (headers: IncomingHttpHeaders): number | undefined => countIn(headers['retry-after']);

/** A count of at most nine digits, as servers write waits in headers. */
export const countIn = (value: string | string[] | undefined): number | undefined =>
  typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
