import { LRUCache } from 'lru-cache';
import { VerificationError } from '../errors';
import type { JsonObject } from '../token';
import type { ApiClient } from './api-client';
import { Budget } from './budget';
import { patiently } from './patience';
import { readKey, type WeakKey } from './read-key';
import type { KeyApiSettings } from './settings';
import type { ParticipantKey } from './types';

const MAX_KEYS = 10_000;
/** From this part of its life on, a key is fetched again beside the requests. */
const AHEAD = 0.8;

/** base64url, so that it can do nothing in a URL; 43 characters when the platform computed it. */
const KID = /^[\w-]{1,128}$/;

/** What the platform said that is no key. */
interface Refused {
  /** Seconds since the epoch. */
  readonly until: number;
  readonly weak: string | undefined;
}

interface ParticipantTerms {
  readonly api: ApiClient;
  readonly settings: KeyApiSettings;
  /** How long a key serves while the platform does not answer, in seconds. */
  readonly maxStale: number;
  /** Whether the platform has told of a deletion. */
  readonly isDeleted: (kid: string) => boolean;
}

/**
 * The keys of participants by kid: at hand at once, or fetched once however many ask. What the platform does not know is
 * remembered as well, and who asks for much of that has a budget.
 */
export class ParticipantKeys {
  readonly budget: Budget;
  private readonly terms: ParticipantTerms;
  private readonly known = new LRUCache<string, ParticipantKey>({ max: MAX_KEYS });
  private readonly refused = new LRUCache<string, Refused>({ max: MAX_KEYS });
  private readonly flights = new Map<string, Promise<void>>();

  constructor(terms: ParticipantTerms) {
    this.terms = terms;
    this.budget = new Budget(terms.settings.budget, terms.settings.budgetPeriod);
  }

  /** As PdndKeys.participantKey. */
  find(kid: string, source: string, now: number): ParticipantKey | Promise<ParticipantKey> {
    if (!KID.test(kid)) throw malformed(kid);
    const key = this.inHand(kid, now);
    if (key !== undefined && this.age(key, now) < this.waitFrom) {
      // Beside the requests: what goes wrong is told by the API, and what comes is there for the next request.
      if (this.age(key, now) >= this.life * AHEAD) void this.fetch(kid, now);
      return key;
    }
    const flight = this.flights.get(kid) ?? (key === undefined ? this.ask(kid, source, now) : this.fetch(kid, now));
    if (flight === undefined) return this.settle(kid, now);
    return patiently(flight).then(() => this.settle(kid, now));
  }

  /** A deleted key is gone at once; one that was added may be asked for at once. */
  forget(kid: string): void {
    this.known.delete(kid);
    this.refused.delete(kid);
  }

  get size(): number {
    return this.known.size;
  }

  /** Seconds since the oldest key in hand was fetched; 0 without any. */
  oldest(now: number): number {
    return Math.max(0, ...[...this.known.values()].map(({ fetchedAt }) => now - fetchedAt));
  }

  async settled(): Promise<void> {
    await Promise.all(this.flights.values());
  }

  /** @throws VerificationError for a kid that is known not to be good. */
  private inHand(kid: string, now: number): ParticipantKey | undefined {
    if (this.terms.isDeleted(kid)) throw new VerificationError('MODI_PARTICIPANT_KEY_DELETED', { found: kid });
    const refused = this.refused.get(kid);
    if (refused !== undefined && now < refused.until) throw refusalOf(kid, refused);
    return this.known.get(kid);
  }

  /** What there is when nothing is waited for any more. @throws VerificationError. */
  private settle(kid: string, now: number): ParticipantKey {
    const key = this.inHand(kid, now);
    if (key !== undefined && this.age(key, now) <= this.hardLimit) return key;
    const retryAfter = Math.max(1, this.terms.api.wait(now));
    throw new VerificationError('MODI_PARTICIPANT_KEYS_UNAVAILABLE', { retryAfter });
  }

  /** A kid that nobody has seen: within the budget of who names it. */
  private ask(kid: string, source: string, now: number): Promise<void> | undefined {
    if (this.terms.api.wait(now) > 0) return undefined;
    const retryAfter = this.budget.take(source, now);
    if (retryAfter > 0) throw new VerificationError('MODI_PARTICIPANT_KEY_BUDGET', { retryAfter });
    return this.fetch(kid, now)?.then(() => {
      if (this.known.has(kid)) this.budget.refund(source);
    });
  }

  /** One look-up of a kid at a time, and none while the platform is left alone. */
  private fetch(kid: string, now: number): Promise<void> | undefined {
    const flying = this.flights.get(kid);
    if (flying !== undefined || this.terms.api.wait(now) > 0) return flying;
    const flight = this.renew(kid, now).finally(() => {
      this.flights.delete(kid);
    });
    this.flights.set(kid, flight);
    return flight;
  }

  private async renew(kid: string, now: number): Promise<void> {
    const { api, settings, isDeleted } = this.terms;
    const read = (answer: JsonObject | undefined) => answer && readKey(answer, kid, settings.version, now);
    let found: ParticipantKey | WeakKey | undefined;
    try {
      found = await api.get(`/keys/${kid}`, now, read);
    } catch {
      // The API has told the operator; a key in hand stays in use up to the hard limit.
      return;
    }
    // Deleted while it was on its way.
    if (isDeleted(kid)) return;
    if (found === undefined || 'weak' in found) {
      this.known.delete(kid);
      this.refused.set(kid, { until: now + settings.unknownLife, weak: found?.weak });
    } else this.known.set(kid, found);
  }

  /** How old a key may be without being waited for: as long as it lives, and longer while the platform is down. */
  private get waitFrom(): number {
    return this.terms.api.log.failing ? this.hardLimit : this.life;
  }

  private get hardLimit(): number {
    return Math.max(this.terms.maxStale, this.life);
  }

  private get life(): number {
    return this.terms.settings.keyLife;
  }

  private age({ fetchedAt }: ParticipantKey, now: number): number {
    return now - fetchedAt;
  }
}

function malformed(kid: string): VerificationError {
  const found = kid.replaceAll(/[^\x21-\x7e]/g, '?').slice(0, 60);
  return new VerificationError('MODI_PARTICIPANT_KID_MALFORMED', { found });
}

function refusalOf(kid: string, { weak }: Refused): VerificationError {
  return weak === undefined
    ? new VerificationError('MODI_PARTICIPANT_KEY_UNKNOWN', { found: kid })
    : new VerificationError('MODI_PARTICIPANT_KEY_WEAK', { kid, found: weak });
}
