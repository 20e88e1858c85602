/** Times in which modi-audit had no room for evidence: `dropped` lines do not say whose it was. */
export class DroppedTimes {
  private readonly spans: (readonly [from: number, to: number])[] = [];

  /** RFC 3339: since when lines had no room, and when that was written. Anything else is no span. */
  add(since: unknown, until: unknown): void {
    const [from, to] = [Date.parse(String(since)), Date.parse(String(until))];
    if (Number.isNaN(from) || Number.isNaN(to)) return;
    this.spans.push([from, to]);
    if (this.spans.length > MOST_SPANS) this.spans.shift();
  }

  /** Whether an exchange that took this long (milliseconds since the epoch) may have lost evidence so. */
  cover(begun: number, ended: number): boolean {
    return this.spans.some(([from, to]) => begun <= to && ended >= from);
  }
}

/** A record waits seconds for its evidence: older spans concern nobody any more. */
const MOST_SPANS = 1_000;
