/** After failures somebody is left alone, each time twice as long. Times in seconds; a `first` of 0 only obeys. */
export class Backoff {
  private readonly first: number;
  private readonly longest: number;
  private failures = 0;
  private until = -Infinity;

  constructor(first: number, longest: number) {
    this.first = first;
    this.longest = longest;
  }

  /** Seconds until the next try, at least 1; 0 when one may be made at `now`. */
  wait(now: number): number {
    const left = this.until - now;
    // A clock that was set back must not stop the tries.
    return left <= 0 || left > this.longest ? 0 : Math.max(1, Math.ceil(left));
  }

  /** `atLeast` is what the other side asked for; more than the longest is not granted. */
  failed(now: number, atLeast = 0): void {
    const delay = Math.max(atLeast, this.first * 2 ** Math.min(this.failures, 30));
    this.failures += 1;
    this.until = now + Math.min(this.longest, delay);
  }

  succeeded(): void {
    this.failures = 0;
    this.until = -Infinity;
  }
}
