import { ERROR_TABLE, isModiCode, type ErrorRow, type ModiCode } from '../../core/errors';
import type { Answer } from './send';
import { headerOf } from './headers';

/** A refusal as the gateway told it (RFC 9457), with our own row of the table when it carries one of our codes. */
export interface Problem {
  readonly code: ModiCode | undefined;
  readonly row: ErrorRow | undefined;
  readonly title: string | undefined;
  readonly detail: string | undefined;
  readonly instance: string | undefined;
}

/** The problem in an answer: `application/problem+json`, or the `{"message": …}` of Kong's own plugins. */
export function problemOf(answer: Answer): Problem | undefined {
  const value = jsonOf(answer);
  if (value === undefined) return undefined;
  const text = (name: string) => (typeof value[name] === 'string' ? value[name] : undefined);
  const named = text('code');
  const code = named !== undefined && isModiCode(named) ? named : undefined;
  const isProblem = headerOf(answer.headers, 'content-type')?.startsWith('application/problem+json') === true;
  if (!isProblem && code === undefined && text('message') === undefined) return undefined;
  return {
    code,
    row: code === undefined ? undefined : ERROR_TABLE[code],
    title: text('title') ?? text('message'),
    detail: text('detail'),
    instance: text('instance') ?? text('request_id'),
  };
}

function jsonOf({ body }: Answer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    // A body that is no JSON is simply no problem document.
    return undefined;
  }
}
