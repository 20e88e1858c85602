import type { JsonObject } from '../token';
import type { ApiClient } from './api-client';
import { Journal } from './journal';
import { PlatformError } from './platform-error';
import { ProblemLog } from './problem-log';
import { eventsPath, isEventId, readEvents, type KeyEvent } from './read-events';
import type { EventSettings } from './settings';
import type { KeyApiVersion } from './types';

const PAGE = 100;
/** Pages of one look: the rest is for the next one, at once. */
const MAX_PAGES = 1000;
/** Deleted keys remembered: the platform itself has long forgotten those before. */
const MAX_DELETED = 10_000;

interface FeedTerms {
  readonly api: ApiClient;
  /** Base URL of the API: events of one are nothing to another. */
  readonly base: string;
  readonly version: KeyApiVersion;
  readonly settings: EventSettings;
  /** Told of every key that was added or deleted. */
  readonly onChange: (kid: string) => void;
}

/**
 * Follows the platform's events about keys. A deleted key is refused from the moment its event is seen until an event
 * says that it was added again, whatever the key API answers, and through restarts.
 */
export class EventFeed {
  private readonly terms: FeedTerms;
  private readonly journal: Journal;
  private readonly journalLog = new ProblemLog('the journal of events');
  private readonly deleted: Set<string>;
  private readonly startedAt: number;
  private lastEventId: string | undefined;
  /** Without a past, deletions count only when all of them have been read: the key may have been added again since. */
  private complete: boolean;
  private upToDateAt: number | undefined;
  private triedAt = -Infinity;
  private flight: Promise<void> | undefined;

  /** @throws ConfigError as Journal. */
  constructor(terms: FeedTerms, now: number) {
    const { version, base, settings } = terms;
    this.terms = terms;
    this.startedAt = now;
    this.journal = new Journal(settings.directory, `${version === 'v1' ? 'numbers' : 'uuids'} ${base}`);
    const { lastEventId, deleted } = this.journal.initial;
    this.lastEventId = lastEventId !== undefined && isEventId(version, lastEventId) ? lastEventId : undefined;
    this.complete = this.lastEventId !== undefined;
    this.deleted = new Set(deleted);
  }

  isDeleted(kid: string): boolean {
    return this.complete && this.deleted.has(kid);
  }

  /** Starts a look when one is due at `now` (seconds). */
  look(now: number): void {
    const since = now - this.triedAt;
    const { api, settings } = this.terms;
    if (this.flight !== undefined || (since >= 0 && since < settings.interval) || api.wait(now) > 0) return;
    this.triedAt = now;
    this.flight = this.follow(now).finally(() => {
      this.flight = undefined;
    });
  }

  /** Seconds since all events were known; since the start when they never were. */
  lag(now: number): number {
    return now - (this.upToDateAt ?? this.startedAt);
  }

  async settled(): Promise<void> {
    await this.flight;
  }

  private async follow(now: number): Promise<void> {
    try {
      for (let page = 0; page < MAX_PAGES; page += 1) {
        const events = await this.page(now);
        for (const event of events) this.apply(event);
        if (events.length > 0) await this.save();
        if (events.length >= PAGE) continue;
        this.complete = true;
        this.upToDateAt = now;
        return;
      }
    } catch (error) {
      // The API has told the operator; the next look tries again. An event that the platform does not know any more
      // is no place to go on from: all are read again, and what was deleted stays deleted meanwhile.
      if (error instanceof PlatformError && error.permanent) this.lastEventId = undefined;
    }
  }

  private async page(now: number): Promise<readonly KeyEvent[]> {
    const { api, version } = this.terms;
    const after = this.lastEventId;
    const read = (answer: JsonObject | undefined): readonly KeyEvent[] => {
      if (answer === undefined) throw new PlatformError('the API has no events');
      const events = readEvents(answer, version);
      if (events.some(({ id }) => id === after)) throw new PlatformError('the API repeats an event');
      return events;
    };
    return api.get(eventsPath(version, after, PAGE), now, read);
  }

  private apply({ id, change, kid }: KeyEvent): void {
    this.lastEventId = id;
    if (change === undefined) return;
    // Also moves it to the end: the oldest are forgotten first.
    this.deleted.delete(kid);
    if (change === 'deleted') this.deleted.add(kid);
    const [oldest] = this.deleted;
    if (this.deleted.size > MAX_DELETED && oldest !== undefined) this.deleted.delete(oldest);
    this.terms.onChange(kid);
  }

  /** What cannot be written is in memory all the same; after a restart these events are read again. */
  private async save(): Promise<void> {
    try {
      await this.journal.save({ lastEventId: this.lastEventId, deleted: [...this.deleted] });
      this.journalLog.solved();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (typeof code !== 'string') throw error;
      this.journalLog.report(`it cannot be written (${code})`);
    }
  }
}
