import { LRUCache } from 'lru-cache';

/** Sources whose use is remembered; they are clients of verified vouchers, so that nobody makes them up. */
const MAX_SOURCES = 10_000;

interface Bucket {
  left: number;
  /** Seconds since the epoch. */
  at: number;
}

/** So many look-ups at once for each source, and as many again in each period, evenly. */
export class Budget {
  private readonly size: number;
  private readonly perSecond: number;
  private readonly buckets = new LRUCache<string, Bucket>({ max: MAX_SOURCES });
  private refusals = 0;

  /** `period` in seconds. */
  constructor(size: number, period: number) {
    this.size = size;
    this.perSecond = size / period;
  }

  /** Refused look-ups since the start. */
  get refused(): number {
    return this.refusals;
  }

  /** Takes one at `now` (seconds). Answers 0, or the seconds until there is one again. */
  take(source: string, now: number): number {
    const bucket = this.bucketOf(source, now);
    if (bucket.left >= 1) {
      bucket.left -= 1;
      return 0;
    }
    this.refusals += 1;
    return Math.max(1, Math.ceil((1 - bucket.left) / this.perSecond));
  }

  /** Gives one back: the look-up found what the source named. */
  refund(source: string): void {
    const bucket = this.buckets.get(source);
    if (bucket !== undefined) bucket.left = Math.min(this.size, bucket.left + 1);
  }

  private bucketOf(source: string, now: number): Bucket {
    let bucket = this.buckets.get(source);
    if (bucket === undefined) {
      bucket = { left: this.size, at: now };
      this.buckets.set(source, bucket);
    }
    bucket.left = Math.min(this.size, bucket.left + Math.max(0, now - bucket.at) * this.perSecond);
    bucket.at = now;
    return bucket;
  }
}
