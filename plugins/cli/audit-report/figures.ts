import type { DayOf } from './days';
import { numberAt, textAt } from './fields';

/** What can become of a request; `outcome.result` of the access record has the meaning of each. */
export const RESULTS = ['accepted', 'refused', 'failed', 'gateway', 'unjudged'] as const;

export type Result = (typeof RESULTS)[number];

/** Requests that have something in common: how many, and what became of them. */
export interface Group {
  /** null: the records do not tell, or it was redacted. */
  readonly name: string | null;
  readonly requests: number;
  readonly results: Readonly<Record<Result, number>>;
}

/** Milliseconds that were not exceeded by 50, 95, 99 and 100 of 100 requests; null when none was measured. */
export interface Latency {
  readonly measured: number;
  readonly p50_ms: number | null;
  readonly p95_ms: number | null;
  readonly p99_ms: number | null;
  readonly max_ms: number | null;
}

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
  /** Refused and failed requests by code. */
  readonly codes: readonly Group[];
  readonly latency: Readonly<Record<Duration, Latency>>;
}

const DURATIONS = ['gateway', 'upstream', 'total'] as const;
export type Duration = (typeof DURATIONS)[number];

/** Counts access records of a period. Needs memory for each different name, not for each record. */
export class Counter {
  private first: string | null = null;
  private last: string | null = null;
  private readonly all = new Tally();
  private readonly days = new Tally();
  private readonly services = new Tally();
  private readonly consumers = new Tally();
  private readonly purposes = new Tally();
  private readonly codes = new Tally();
  private readonly latency = { gateway: new Histogram(), upstream: new Histogram(), total: new Histogram() };
  private readonly dayOf: DayOf;
  private readonly period: { readonly from: string | undefined; readonly to: string | undefined };

  /** `period`: first and last day that count, YYYY-MM-DD; undefined is no limit. */
  constructor(dayOf: DayOf, period: { readonly from: string | undefined; readonly to: string | undefined }) {
    this.dayOf = dayOf;
    this.period = period;
  }

  add(record: unknown): void {
    const at = textAt(record, 'time', 'accepted');
    const day = this.dayOf(at);
    const { from, to } = this.period;
    if ((from !== undefined || to !== undefined) && day === undefined) return;
    if ((from !== undefined && (day ?? '') < from) || (to !== undefined && (day ?? '') > to)) return;
    if (at !== undefined && (this.first === null || at < this.first)) this.first = at;
    if (at !== undefined && (this.last === null || at > this.last)) this.last = at;
    this.count(record, day);
    for (const name of DURATIONS) this.latency[name].add(numberAt(record, 'duration', `${name}_ms`));
  }

  figures(): Figures {
    const [all = { name: null, requests: 0, results: noResults() }] = this.all.groups();
    return {
      first: this.first,
      last: this.last,
      all,
      days: withoutGaps(this.days.groups()),
      services: this.services.groups(),
      consumers: this.consumers.groups(),
      purposes: this.purposes.groups(),
      codes: this.codes.groups(),
      latency: {
        gateway: this.latency.gateway.latency(),
        upstream: this.latency.upstream.latency(),
        total: this.latency.total.latency(),
      },
    };
  }

  private count(record: unknown, day: string | undefined): void {
    const told = textAt(record, 'outcome', 'result');
    const result = RESULTS.find((one) => one === told) ?? 'unjudged';
    this.all.add(null, result);
    this.days.add(day ?? null, result);
    this.services.add(textAt(record, 'api', 'service') ?? textAt(record, 'api', 'route') ?? null, result);
    this.consumers.add(CALLER.map((name) => textAt(record, 'client', name)).find(Boolean) ?? null, result);
    this.purposes.add(textAt(record, 'purpose') ?? null, result);
    if (result === 'refused' || result === 'failed') this.codes.add(textAt(record, 'outcome', 'code') ?? null, result);
  }
}

/** Who called, the strongest word first. */
const CALLER = ['id', 'client_id', 'consumer'] as const;

const noResults = (): Record<Result, number> => ({ accepted: 0, refused: 0, failed: 0, gateway: 0, unjudged: 0 });

class Tally {
  private readonly counts = new Map<string | null, Record<Result, number>>();

  add(name: string | null, result: Result): void {
    const results = this.counts.get(name) ?? noResults();
    results[result] += 1;
    this.counts.set(name, results);
  }

  groups(): readonly Group[] {
    return [...this.counts]
      .map(([name, results]) => ({ name, requests: RESULTS.reduce((sum, one) => sum + results[one], 0), results }))
      .sort((one, other) => other.requests - one.requests || ((one.name ?? '') < (other.name ?? '') ? -1 : 1));
  }
}

/** Kong tells whole milliseconds: counting each value gives exact percentiles in little memory. */
class Histogram {
  private readonly counts = new Map<number, number>();
  private measured = 0;

  add(value: number | undefined): void {
    if (value === undefined) return;
    this.counts.set(value, (this.counts.get(value) ?? 0) + 1);
    this.measured += 1;
  }

  latency(): Latency {
    const sorted = [...this.counts].sort(([one], [other]) => one - other);
    const at = (share: number): number | null => {
      let left = Math.ceil(this.measured * share);
      return sorted.find(([, count]) => (left -= count) <= 0)?.[0] ?? null;
    };
    return { measured: this.measured, p50_ms: at(0.5), p95_ms: at(0.95), p99_ms: at(0.99), max_ms: at(1) };
  }
}

const DAY_MS = 86_400_000;

/** The days in their order; those between them on which nothing was recorded stand there with zero. */
function withoutGaps(groups: readonly Group[]): readonly Group[] {
  const known = new Map(groups.map((group) => [group.name, group]));
  const names = groups.flatMap(({ name }) => name ?? []).sort();
  const [begin, end] = [Date.parse(names[0] ?? ''), Date.parse(names.at(-1) ?? '')];
  const days: Group[] = [];
  for (let time = begin; time <= end; time += DAY_MS) {
    const name = new Date(time).toISOString().slice(0, 10);
    days.push(known.get(name) ?? { name, requests: 0, results: noResults() });
  }
  return days;
}
