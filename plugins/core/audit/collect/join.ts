import type { NewRecord } from '../chain';
import { evidenceState, type Redaction } from '../record';
import type { EvidenceIndex, EvidenceRef, LooseEvidence } from './evidence-index';
import type { Recall } from './recall';
import type { Waiting, WaitingExchange } from './waiting';

/** Times in milliseconds. */
export interface JoinTimes {
  /** That a record waits for its evidence. */
  readonly wait: number;
  /** After which evidence without an access record gets a record of its own. */
  readonly orphanWait: number;
}

/** Brings access records and evidence together: either may come first, or never, and then that is what is written. */
export class Join {
  private readonly evidence: EvidenceIndex | undefined;
  private readonly recall: Recall;
  private readonly redact: Redaction;
  private readonly times: JoinTimes;
  /** When the store was last read, up to which time of its lines, and how often by then. */
  private read = { at: 0, until: 0, times: 0 };
  /** The latest end of any request so far: a clock that is set back must not hide what lies behind. */
  private latest = 0;
  /** Requests whose record is still to be written, and how often the store had been read when they came. */
  private readonly expected = new Map<string, number>();

  /** `evidence`: undefined when the collector was told of no store. */
  constructor(evidence: EvidenceIndex | undefined, recall: Recall, redact: Redaction, times: JoinTimes) {
    this.evidence = evidence;
    this.recall = recall;
    this.redact = redact;
    this.times = times;
  }

  /** Notes a line of the spool that will be asked about. */
  expect({ exchange }: Waiting): void {
    if (exchange === undefined) return;
    this.latest = Math.max(this.latest, exchange.since);
    this.expected.set(exchange.id, this.read.times);
  }

  /** Reads the store: all of it, or while the spool has more to tell, as far as the lines read of that can need. */
  async look(now: number, isSpoolRead: boolean): Promise<void> {
    if (this.evidence === undefined) return;
    const until = isSpoolRead ? Infinity : this.latest + this.times.wait;
    await this.evidence.advance(until);
    this.read = { at: now, until, times: this.read.times + 1 };
  }

  /** Both sides of the exchange are there, or have been waited for. */
  isReady({ exchange }: Waiting): boolean {
    if (this.evidence === undefined || exchange === undefined || exchange.due.closed) return true;
    const parts = this.partsOf(exchange);
    if (parts.includes('request') && parts.includes('answer')) return true;
    const { wait } = this.times;
    const { at, until, times } = this.read;
    // What was not looked for since cannot be called missing. Of the clock one only knows that it is another time now.
    const isLooked = times > (this.expected.get(exchange.id) ?? 0);
    return isLooked && until >= exchange.since + wait && Math.abs(at - exchange.since) >= wait;
  }

  /** Undefined for a request that has its record already. */
  recordOf({ id, record, due, begun, since }: WaitingExchange, source: Waiting['source']): NewRecord | undefined {
    const { ids, orphans, dropped } = this.recall;
    this.expected.delete(id);
    if (ids.has(id)) return undefined;
    ids.add(id);
    const incomplete = this.evidence?.isIncomplete(id) ?? false;
    const refs = this.evidence?.take(id) ?? [];
    const found = {
      parts: refs.map(({ part }) => part),
      incomplete,
      looked: this.evidence !== undefined,
      dropped: dropped.cover(begun, since),
    };
    const told = this.redact({ ...record, evidence: evidenceState(due, found) });
    const late = orphans.has(id) ? { after_orphan: true } : {};
    return { kind: 'access', members: { record: told, ...withEvidence(refs), ...late, source } };
  }

  /** Records of lines that no access record will take: of the store itself, unreadable, or too late for their own. */
  loose(limit: number): readonly NewRecord[] {
    return (this.evidence?.takeLoose(limit) ?? []).map((loose) => this.looseRecord(loose));
  }

  /** Records of evidence of which no access record came; to be asked for when the spool has no more to tell. */
  orphans(now: number, limit: number): readonly NewRecord[] {
    const before = now - this.times.orphanWait;
    const orphans = this.evidence?.takeOrphans(before, Math.max(0, limit), this.expected) ?? [];
    return orphans.map(({ id, refs }) => {
      this.recall.orphans.add(id);
      return { kind: 'orphan', members: { id, evidence: refs } };
    });
  }

  private looseRecord({ ref, id, facts }: LooseEvidence): NewRecord {
    const evidence = [ref];
    if (ref.part === 'dropped' && facts !== undefined) {
      this.recall.dropped.add(facts['since'], facts['told_at']);
      return { kind: 'dropped', members: { ...facts, evidence } };
    }
    if (ref.part === 'removed' && facts !== undefined) {
      return { kind: 'removed', members: { removed: facts, evidence } };
    }
    return { kind: 'evidence', members: { ...(id === undefined ? {} : { id }), evidence } };
  }

  private partsOf({ id }: WaitingExchange): readonly string[] {
    return this.evidence?.partsOf(id).map(({ part }) => part) ?? [];
  }
}

const withEvidence = (evidence: readonly EvidenceRef[]) => (evidence.length === 0 ? {} : { evidence });
