/** Failures in a row after which the store is left alone. */
export const FAILURES_TO_OPEN = 5;

/** How long it is left alone before one request may try, in milliseconds. */
export const OPEN_MS = 1000;

/**
 * Keeps requests from waiting for a store that does not answer. Closed: everybody asks. After five failures in a row
 * open: nobody asks. A second later half open: one request asks, and its luck decides. Times are milliseconds of a
 * clock that never goes back.
 */
export class CircuitBreaker {
  private failures = 0;
  private retryAt = 0;
  private probing = false;

  get open(): boolean {
    return this.failures >= FAILURES_TO_OPEN;
  }

  /** Milliseconds to wait before asking again; 0: ask now, and tell how it went by `succeeded` or `failed`. */
  refusedFor(now: number): number {
    if (!this.open) return 0;
    if (now < this.retryAt) return this.retryAt - now;
    if (this.probing) return OPEN_MS;
    this.probing = true;
    return 0;
  }

  succeeded(): void {
    this.failures = 0;
    this.probing = false;
  }

  failed(now: number): void {
    this.failures += 1;
    this.probing = false;
    this.retryAt = now + OPEN_MS;
  }
}
