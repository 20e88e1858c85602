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

export const noResults = (): Record<Result, number> => ({
  accepted: 0,
  refused: 0,
  failed: 0,
  gateway: 0,
  unjudged: 0,
});

/** Counts requests by name and by what became of them. */
export class Tally {
  private readonly counts = new Map<string | null, Record<Result, number>>();

  add(name: string | null, result: Result): void {
    const results = this.counts.get(name) ?? noResults();
    results[result] += 1;
    this.counts.set(name, results);
  }

  /** Sorted by number, the most first. */
  groups(): readonly Group[] {
    return [...this.counts]
      .map(([name, results]) => ({ name, requests: RESULTS.reduce((sum, one) => sum + results[one], 0), results }))
      .sort((one, other) => other.requests - one.requests || ((one.name ?? '') < (other.name ?? '') ? -1 : 1));
  }
}

const DAY_MS = 86_400_000;

/** The days in their order; those between them on which nothing was recorded stand there with zero. */
export function withoutGaps(groups: readonly Group[]): readonly Group[] {
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
