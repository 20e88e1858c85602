import { LRUCache } from 'lru-cache';
import type { JsonObject } from '../token';
import type { ApiClient } from './api-client';
import type { Party, PartyIds } from './party';
import type { KeyApiVersion } from './types';

const MAX_ENTRIES = 10_000;
/** Seconds: names seldom change; a failure is not repeated at once. */
const LIFE = 6 * 3600;
const AFTER_FAILURE = 300;
/** Look-ups at a time: this is the least urgent thing the platform is asked. */
const MAX_FLIGHTS = 4;
const MAX_TEXT = 200;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

interface Entry {
  readonly facts: JsonObject | undefined;
  /** Seconds since the epoch; after it the platform is asked again, and the facts still serve. */
  readonly until: number;
}

/** Names behind the ids of vouchers: what is in hand, at once; the rest is looked up beside the requests. */
export class Parties {
  private readonly api: ApiClient;
  private readonly version: KeyApiVersion;
  private readonly entries = new LRUCache<string, Entry>({ max: MAX_ENTRIES });
  private readonly flights = new Map<string, Promise<void>>();

  constructor(api: ApiClient, version: KeyApiVersion) {
    this.api = api;
    this.version = version;
  }

  /** As PdndKeys.party. */
  find({ clientId, consumerId, purposeId }: PartyIds, now: number): Party {
    const client = this.facts(`/clients/${clientId}`, clientId, now);
    const organizationId = consumerId ?? text(client?.['consumerId']);
    const folder = this.version === 'v1' ? 'organizations' : 'tenants';
    const organization =
      organizationId === undefined ? undefined : this.facts(`/${folder}/${organizationId}`, organizationId, now);
    const purpose = purposeId === undefined ? undefined : this.facts(`/purposes/${purposeId}`, purposeId, now);
    return withoutGaps({
      clientName: text(client?.['name']),
      organizationId,
      organizationName: text(organization?.['name']),
      organizationExternalId: externalId(organization?.['externalId']),
      purposeTitle: text(purpose?.['title']),
    });
  }

  async settled(): Promise<void> {
    await Promise.all(this.flights.values());
  }

  private facts(path: string, id: string, now: number): JsonObject | undefined {
    const entry = this.entries.get(path);
    if (entry === undefined || now >= entry.until) this.fetch(path, id, now);
    return entry?.facts;
  }

  private fetch(path: string, id: string, now: number): void {
    if (!UUID.test(id) || this.flights.has(path) || this.flights.size >= MAX_FLIGHTS || this.api.wait(now) > 0) return;
    const flight = this.renew(path, now).finally(() => {
      this.flights.delete(path);
    });
    this.flights.set(path, flight);
  }

  private async renew(path: string, now: number): Promise<void> {
    try {
      const facts = await this.api.get(path, now, (answer) => answer);
      this.entries.set(path, { facts, until: now + LIFE });
    } catch {
      // The API has told the operator; names are no condition for anything.
      this.entries.set(path, { facts: this.entries.peek(path)?.facts, until: now + AFTER_FAILURE });
    }
  }
}

/** What the platform calls somebody, fit for a log and a header: printable, and not long. */
function text(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const words = value
    .replaceAll(/[\p{C}\p{Z}]+/gu, ' ')
    .trim()
    .slice(0, MAX_TEXT);
  return words === '' ? undefined : words;
}

function externalId(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { origin, value: code, id } = value as JsonObject;
  const [first, second] = [text(origin), text(code ?? id)];
  return first === undefined || second === undefined ? undefined : `${first}:${second}`;
}

const withoutGaps = (party: { readonly [name in keyof Party]: string | undefined }): Party =>
  Object.fromEntries(Object.entries(party).filter(([, value]) => value !== undefined));
