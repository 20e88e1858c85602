import type { JsonObject } from '../token';
import { PlatformError } from './platform-error';
import type { KeyApiVersion } from './types';

export interface KeyEvent {
  readonly id: string;
  /** Undefined for events that say nothing about a key's being there. */
  readonly change: 'added' | 'deleted' | undefined;
  readonly kid: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const CHANGES: Readonly<Record<string, KeyEvent['change']>> = {
  ADDED: 'added',
  DELETED: 'deleted',
  CLIENT_KEY_ADDED: 'added',
  CLIENT_KEY_DELETED: 'deleted',
};

/** Path and query of the page behind an event; undefined: the first page. */
export function eventsPath(version: KeyApiVersion, after: string | undefined, limit: number): string {
  if (version === 'v1') return `/events/keys?lastEventId=${after ?? '0'}&limit=${limit}`;
  return `/keyEvents?limit=${limit}${after === undefined ? '' : `&lastEventId=${after}`}`;
}

/** Whether a remembered id is one of this version: those of v1 are numbers, those of v2 and v3 UUIDs. */
export const isEventId = (version: KeyApiVersion, id: string): boolean =>
  version === 'v1' ? /^\d{1,16}$/.test(id) : UUID.test(id);

/** The events of one page, in their order. @throws PlatformError for anything else. */
export function readEvents(answer: JsonObject, version: KeyApiVersion): readonly KeyEvent[] {
  const { events } = answer;
  if (!Array.isArray(events)) throw new PlatformError('the answer holds no events');
  return (events as unknown[]).map((event) => {
    if (typeof event !== 'object' || event === null) throw new PlatformError('an event is no object');
    return version === 'v1' ? numbered(event as JsonObject) : named(event as JsonObject, version);
  });
}

function numbered({ eventId, eventType, objectType, objectId }: JsonObject): KeyEvent {
  if (!Number.isSafeInteger(eventId) || Number(eventId) < 1) throw new PlatformError('an event has no number');
  const { kid } = (objectId ?? {}) as JsonObject;
  const change = objectType === 'KEY' ? changeOf(eventType, kid) : undefined;
  return { id: String(eventId), change, kid: String(kid) };
}

function named({ id, eventType, kid }: JsonObject, version: KeyApiVersion): KeyEvent {
  if (typeof id !== 'string' || !isEventId(version, id)) throw new PlatformError('an event has no UUID');
  return { id, change: changeOf(eventType, kid), kid: String(kid) };
}

const changeOf = (type: unknown, kid: unknown): KeyEvent['change'] =>
  typeof type === 'string' && typeof kid === 'string' ? CHANGES[type] : undefined;
