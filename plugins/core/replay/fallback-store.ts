import type { ReplayEntry, ReplayStore, ReplayVerdict, Resend } from './types';

/**
 * `on_outage: memory`: while the shared memory is down, this process's own decides. Weaker: during an outage a token
 * is accepted once per gateway. What this gateway itself accepted is refused in any case, because it asks its own
 * memory first, also in good times.
 */
export class FallbackReplayStore implements ReplayStore {
  /** Requests accepted without the shared memory. */
  weaklyAccepted = 0;
  private readonly own: { claim(...claim: Parameters<ReplayStore['claim']>): ReplayVerdict };
  private readonly shared: ReplayStore;

  constructor(own: FallbackReplayStore['own'], shared: ReplayStore) {
    this.own = own;
    this.shared = shared;
  }

  async claim(entries: readonly ReplayEntry[], now: number, resend?: Resend): Promise<ReplayVerdict> {
    const own = this.own.claim(entries, now, resend);
    if (own.verdict === 'seen' || own.verdict === 'exhausted') return own;
    const shared = await this.shared.claim(entries, now, resend);
    if (shared.verdict !== 'down' && shared.verdict !== 'full') return shared;
    if (own.verdict !== 'full') this.weaklyAccepted += 1;
    return own;
  }
}
