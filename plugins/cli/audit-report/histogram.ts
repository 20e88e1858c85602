/** Milliseconds that were not exceeded by 50, 95, 99 and 100 of 100 requests; null when none was measured. */
export interface Latency {
  readonly measured: number;
  readonly p50_ms: number | null;
  readonly p95_ms: number | null;
  readonly p99_ms: number | null;
  readonly max_ms: number | null;
}

/** Kong tells whole milliseconds: counting each value gives exact percentiles in little memory. */
export class Histogram {
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
