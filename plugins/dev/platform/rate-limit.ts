/** So many token requests of one organisation in each interval, in milliseconds. */
export interface RateLimit {
  readonly max: number;
  readonly intervalMs: number;
}

interface Window {
  readonly startedAt: number;
  used: number;
}

/** Counts per organisation in fixed intervals. */
export class RateLimiter {
  private readonly limit: RateLimit;
  private readonly windows = new Map<string, Window>();

  constructor(limit: RateLimit) {
    this.limit = limit;
  }

  /** Counts one at `now` (seconds). Answers whether it is within the limit, and the headers that say so. */
  take(organization: string, now: number): { readonly allowed: boolean; readonly headers: Record<string, string> } {
    const { max, intervalMs } = this.limit;
    let window = this.windows.get(organization);
    if (window === undefined || now * 1000 >= window.startedAt * 1000 + intervalMs) {
      window = { startedAt: now, used: 0 };
      this.windows.set(organization, window);
    }
    window.used += 1;
    const headers = {
      'X-Rate-Limit-Limit': String(max),
      'X-Rate-Limit-Remaining': String(Math.max(0, max - window.used)),
      'X-Rate-Limit-Interval': String(intervalMs),
    };
    return { allowed: window.used <= max, headers };
  }
}
