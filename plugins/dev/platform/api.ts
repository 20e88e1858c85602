import { json, notFound, problem, type PlatformAnswer } from './http';
import { isUuid } from './read-token';
import type { KeyEvent, RegisteredKey, Registry } from './registry';

export type ApiVersion = 'v1' | 'v2' | 'v3';

const DEFAULT_LIMIT = 100;
const GREATEST_LIMIT = 500;

/** One resource of the platform's API in the shape of its version; a 404 for what there is not. */
export function answerApi(
  version: ApiVersion,
  path: string,
  query: URLSearchParams,
  registry: Registry,
): PlatformAnswer {
  const [, resource = '', id] = /^\/([A-Za-z]+)(?:\/([^/]+))?$/.exec(path) ?? [];
  if (version === 'v1') return answerV1(path, resource, id, query, registry);
  switch (resource) {
    case 'keys':
      return keyOf(registry.clientKeys, id, ({ owner, jwk }) => ({ clientId: owner, jwk }));
    case 'producerKeys':
      return keyOf(registry.producerKeys, id, ({ owner, jwk }) => ({ producerKeychainId: owner, jwk }));
    case 'keyEvents':
      return id === undefined ? eventsByUuid(query, registry) : notFound('Resource');
    case 'clients':
      return shown(registry.clients, id, ({ organization, name }) => ({ id, consumerId: organization, name }));
    case 'tenants':
      return shown(registry.organizations, id, ({ name, origin, code }) => ({
        id,
        name,
        externalId: { origin, value: code },
      }));
    case 'purposes':
      return shown(registry.purposes, id, ({ title, consumer, eservice }) => ({
        id,
        title,
        consumerId: consumer,
        eserviceId: eservice,
      }));
    default:
      return notFound('Resource');
  }
}

function answerV1(
  path: string,
  resource: string,
  id: string | undefined,
  query: URLSearchParams,
  registry: Registry,
): PlatformAnswer {
  if (path === '/events/keys') return eventsByNumber(query, registry);
  switch (resource) {
    case 'keys':
      // One door for both kinds of keys.
      return keyOf(new Map([...registry.producerKeys, ...registry.clientKeys]), id, ({ jwk }) => jwk);
    case 'clients':
      return shown(registry.clients, id, ({ organization }) => ({ id, consumerId: organization }));
    case 'organizations':
      return shown(registry.organizations, id, ({ name, origin, code }) => ({
        id,
        externalId: { origin, id: code },
        name,
        category: 'Comuni e loro Consorzi e Associazioni',
      }));
    case 'purposes':
      return shown(registry.purposes, id, ({ state }) => ({ id, throughput: 1000, state }));
    default:
      return notFound('Resource');
  }
}

function keyOf(
  keys: ReadonlyMap<string, RegisteredKey>,
  kid: string | undefined,
  show: (key: RegisteredKey) => object,
): PlatformAnswer {
  const key = keys.get(kid ?? '');
  return key === undefined ? notFound('Key') : json(show(key));
}

function shown<T>(items: ReadonlyMap<string, T>, id: string | undefined, show: (item: T) => object): PlatformAnswer {
  if (!isUuid(id)) return problem(400, 'Bad Request', 'the id is no UUID', '008-9999');
  const item = items.get(id);
  return item === undefined ? notFound('Resource') : json(show(item));
}

function limitOf(query: URLSearchParams): number | undefined {
  const limit = Number(query.get('limit') ?? DEFAULT_LIMIT);
  return Number.isInteger(limit) && limit >= 1 && limit <= GREATEST_LIMIT ? limit : undefined;
}

const badQuery = (name: string): PlatformAnswer => problem(400, 'Bad Request', `${name} is not acceptable`, '008-9999');

function eventsByNumber(query: URLSearchParams, registry: Registry): PlatformAnswer {
  const last = Number(query.get('lastEventId') ?? 'none');
  const limit = limitOf(query);
  if (!Number.isInteger(last) || last < 0) return badQuery('lastEventId');
  if (limit === undefined) return badQuery('limit');
  const events = registry.events.slice(last, last + limit);
  return json({
    lastEventId: events.at(-1)?.number ?? last,
    events: events.map(({ number, type, kid }) => ({
      eventId: number,
      eventType: type,
      objectType: 'KEY',
      objectId: { kid },
    })),
  });
}

function eventsByUuid(query: URLSearchParams, registry: Registry): PlatformAnswer {
  const last = query.get('lastEventId');
  const limit = limitOf(query);
  if (last !== null && !isUuid(last)) return badQuery('lastEventId');
  if (limit === undefined) return badQuery('limit');
  const events = registry.events.filter((event) => last === null || eventUuid(event) > last).slice(0, limit);
  return json({
    events: events.map((event) => ({
      id: eventUuid(event),
      eventType: `CLIENT_KEY_${event.type}`,
      eventTimestamp: new Date(event.at * 1000).toISOString(),
      kid: event.kid,
      clientId: event.clientId,
    })),
  });
}

/** Sorts as the numbers do (RFC 9562 5.7 in spirit: the leading digits grow). */
const eventUuid = ({ number }: KeyEvent): string =>
  `${number.toString(16).padStart(8, '0')}-0000-7000-8000-000000000000`;
