import { callerNames, isWithin, numberAt, textAt, type DayOf, type Period } from '../audit';
import { Certificates, type Certificate } from './certificates';
import { EventCounter, type Events } from './events';
import { Histogram, type Latency } from './histogram';
import { noResults, RESULTS, Tally, withoutGaps, type Group } from './tally';

export interface Figures {
  /** When the first and the last of the requests arrived; null when there was none. */
  readonly first: string | null;
  readonly last: string | null;
  readonly all: Group;
  /** In the order of time, days without requests included. */
  readonly days: readonly Group[];
  /** The following are sorted by number, the most first. */
  readonly services: readonly Group[];
  readonly consumers: readonly Group[];
  readonly purposes: readonly Group[];
  /** Requests that were answered with an error of the gateway, by code. */
  readonly codes: readonly Group[];
  /** By `evidence.state` of the record. */
  readonly evidence: readonly Group[];
  readonly latency: Readonly<Record<Duration, Latency>>;
  /** Of the callers of the period, the first to expire first. */
  readonly certificates: readonly Certificate[];
  /** What else the chains tell of the period. */
  readonly events: Events;
}

const DURATIONS = ['gateway', 'upstream', 'total'] as const;
export type Duration = (typeof DURATIONS)[number];

/** Counts records of a period. Needs memory for each different name, not for each record. */
export class Counter {
  private first: string | null = null;
  private last: string | null = null;
  private readonly tallies = {
    all: new Tally(),
    days: new Tally(),
    services: new Tally(),
    consumers: new Tally(),
    purposes: new Tally(),
    codes: new Tally(),
    evidence: new Tally(),
  };
  private readonly latency = { gateway: new Histogram(), upstream: new Histogram(), total: new Histogram() };
  private readonly certificates = new Certificates();
  private readonly events = new EventCounter();
  private readonly dayOf: DayOf;
  private readonly period: Period;

  constructor(dayOf: DayOf, period: Period) {
    this.dayOf = dayOf;
    this.period = period;
  }

  /** An access record; it counts on the day on which the request arrived. */
  add(record: unknown): void {
    const at = textAt(record, 'time', 'accepted');
    const day = this.dayOf(at);
    if (!isWithin(this.period, day)) return;
    if (at !== undefined && (this.first === null || at < this.first)) this.first = at;
    if (at !== undefined && (this.last === null || at > this.last)) this.last = at;
    this.count(record, day);
    for (const name of DURATIONS) this.latency[name].add(numberAt(record, 'duration', `${name}_ms`));
  }

  /** Any other record; it counts on the day on which it was written (RFC 3339). */
  addEvent(kind: string, at: string, members: unknown): void {
    if (isWithin(this.period, this.dayOf(at))) this.events.add(kind, members);
  }

  figures(): Figures {
    const { all, days, ...others } = this.tallies;
    const [total = { name: null, requests: 0, results: noResults() }] = all.groups();
    return {
      first: this.first,
      last: this.last,
      all: total,
      days: withoutGaps(days.groups()),
      services: others.services.groups(),
      consumers: others.consumers.groups(),
      purposes: others.purposes.groups(),
      codes: others.codes.groups(),
      evidence: others.evidence.groups(),
      latency: {
        gateway: this.latency.gateway.latency(),
        upstream: this.latency.upstream.latency(),
        total: this.latency.total.latency(),
      },
      certificates: this.certificates.list(),
      events: this.events.events(),
    };
  }

  private count(record: unknown, day: string | undefined): void {
    const told = textAt(record, 'outcome', 'result');
    const result = RESULTS.find((one) => one === told) ?? 'unjudged';
    const code = textAt(record, 'outcome', 'code');
    const [consumer = null] = callerNames(record);
    const { all, days, services, consumers, purposes, codes, evidence } = this.tallies;
    all.add(null, result);
    days.add(day ?? null, result);
    services.add(textAt(record, 'api', 'service') ?? textAt(record, 'api', 'route') ?? null, result);
    consumers.add(consumer, result);
    purposes.add(textAt(record, 'purpose') ?? null, result);
    if (code !== undefined || result === 'refused' || result === 'failed') codes.add(code ?? null, result);
    evidence.add(textAt(record, 'evidence', 'state') ?? null, result);
    this.certificates.add(record, consumer);
  }
}
