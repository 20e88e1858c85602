import { PolicyError } from '../core/errors';
import type { JsonValue } from '../runtime/kong';

/** What modi-verify has left about the request that is being answered. */
export interface RequestRecord {
  /** The random id that modi-verify has given the request. */
  readonly id: string;
  readonly client: string | undefined;
  readonly issuer: string | undefined;
  readonly clientId: string | undefined;
  /** Whether the request's body was verified: then a missing digest means that there was no body. */
  readonly integrity: boolean;
  /** The request's Digest header as it was sent. */
  readonly digest: string | undefined;
}

const VERSION = 1;

/**
 * The record in `kong.ctx.shared.modi`, if it is this request's own.
 *
 * Kong can hand a response phase the shared context of another request (a log timer of any external plugin that
 * failed leaves it behind on the coroutine). Access therefore sends a random id with the request as well, as a header,
 * and nginx's variables always belong to the request at hand: both ids are there and equal, or neither is.
 *
 * @throws PolicyError MODI_ANSWER_FOREIGN_RECORD in any other case.
 */
export function ownRecord(shared: JsonValue | undefined, requestId: string | undefined): RequestRecord | undefined {
  if (shared === undefined && requestId === undefined) return undefined;
  const record = objectOf(typeof shared === 'string' ? parse(shared) : undefined);
  if (requestId === undefined || record['version'] !== VERSION || record['request_id'] !== requestId) {
    throw new PolicyError('MODI_ANSWER_FOREIGN_RECORD');
  }
  const authorization = objectOf(record['authorization']);
  const { patterns } = record;
  return {
    id: requestId,
    client: textOf(record['client']),
    issuer: textOf(authorization['iss']),
    clientId: textOf(authorization['client_id']),
    integrity: Array.isArray(patterns) && patterns.some((one) => String(one).startsWith('INTEGRITY_')),
    digest: textOf(record['digest_header']),
  };
}

type Members = Readonly<Record<string, unknown>>;

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new PolicyError('MODI_ANSWER_FOREIGN_RECORD', {}, undefined, { cause: error });
  }
}

const objectOf = (value: unknown): Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {};

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
