import { LRUCache } from 'lru-cache';
import type { Verification } from '../verify';

/** What `modi-verify` leaves for `modi-audit` about a request that it has accepted. */
export interface HandedOver {
  readonly verification: Verification;
  /** For the how many-th time this message is accepted. */
  readonly attempt: number;
  /** That its tokens were not used before, the memory of this node alone says: `replay.on_outage` `memory`. */
  readonly weak: boolean;
}

/**
 * By the random id that also stands in `kong.ctx.shared.modi`. Beside Kong, inside the process: the tokens are hidden from
 * the phases that follow, they are too long to be sent to Kong and back, and no plugin of somebody else shall find them.
 * Nobody takes what a route without `modi-audit` leaves, so the oldest go first.
 */
const waiting = new LRUCache<string, HandedOver>({ max: 2000 });

export const handOver = (id: string, accepted: HandedOver): void => void waiting.set(id, accepted);

/** Once: what is taken is gone. Undefined when another process has verified the request, or nobody. */
export function takeOver(id: string): HandedOver | undefined {
  const found = waiting.get(id);
  waiting.delete(id);
  return found;
}
