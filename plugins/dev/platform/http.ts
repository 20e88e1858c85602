import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface PlatformRequest {
  readonly method: string;
  /** Below the platform's base URL, decoded by nobody yet: `/token.oauth2`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface PlatformAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const JSON_TYPE = 'application/json; charset=utf-8';

export const json = (value: unknown, headers: Readonly<Record<string, string>> = {}): PlatformAnswer => ({
  status: 200,
  headers: { 'Content-Type': JSON_TYPE, ...headers },
  body: Buffer.from(JSON.stringify(value)),
});

/** An error as the platform words it: RFC 9457 with a list of codes and a correlation id. */
export function problem(
  status: number,
  title: string,
  detail: string,
  code?: string,
  headers: Readonly<Record<string, string>> = {},
): PlatformAnswer {
  const correlationId = randomUUID();
  const errors = code === undefined ? [] : [{ code, detail }];
  const body = { type: 'about:blank', title, status, detail, errors, correlationId };
  return {
    status,
    headers: { 'Content-Type': 'application/problem+json', 'X-Correlation-Id': correlationId, ...headers },
    body: Buffer.from(JSON.stringify(body)),
  };
}

export const notFound = (what: string): PlatformAnswer => problem(404, 'Not Found', `${what} not found`, '004-0001');
