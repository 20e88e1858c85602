import { SoftPasses } from '../soft-passes';
import type { ReplayEntry, ReplayStore, ReplayVerdict, Resend } from './types';

/**
 * `on_outage: memory`: while the shared memory is down, this process's own decides. Weaker: during an outage a token
 * is accepted once per gateway. What this gateway itself accepted is refused in any case, because it asks its own
 * memory first, also in good times.
 */
export class FallbackReplayStore implements ReplayStore {
  private readonly passes = new SoftPasses('tokens pass by this node’s memory alone: the shared one is down or full');
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
    if (own.verdict !== 'fresh' && own.verdict !== 'resent') return own;
    this.passes.note(now, () => ({ why: shared.verdict }));
    return { ...own, weak: true };
  }

  /** Requests accepted without the shared memory. */
  get weaklyAccepted(): number {
    return this.passes.total;
  }
}
