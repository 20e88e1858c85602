import { VerificationError } from '../core/errors';
import type { ReplayVerdict, Resend } from '../core/replay';
import { replayEntries, type Verification } from '../core/verify';
import type { Route } from './route';

/** How a request's tokens were taken. */
export interface Claimed {
  /** For the how many-th time its message is accepted: 1 but for resends. */
  readonly attempt: number;
  /** The shared memory was down or full, and this node's own decided (`on_outage: memory`). */
  readonly weak: boolean;
}

const FIRST: Claimed = { attempt: 1, weak: false };

/**
 * Takes the request's tokens, all or none, as the last step of all. Answers at once where the memory is this process's
 * own.
 * @throws VerificationError MODI_REPLAY, MODI_RESEND_LIMIT, MODI_REPLAY_STORE_FULL or MODI_REPLAY_STORE_DOWN
 */
export function claimTokens(
  { replayStore }: Route,
  verification: Verification,
  now: number,
  resend?: Resend,
): Claimed | Promise<Claimed> {
  const entries = replayEntries(verification);
  if (entries.length === 0) return FIRST;
  const claimed = replayStore.claim(entries, now, resend);
  return claimed instanceof Promise ? claimed.then(taken) : taken(claimed);
}

function taken(claimed: ReplayVerdict): Claimed {
  switch (claimed.verdict) {
    case 'fresh':
      return { attempt: 1, weak: claimed.weak === true };
    case 'resent':
      return { attempt: claimed.attempt, weak: claimed.weak === true };
    case 'seen':
      throw new VerificationError('MODI_REPLAY', {}, claimed.kind);
    case 'exhausted':
      throw new VerificationError('MODI_RESEND_LIMIT', { found: claimed.attempts }, claimed.kind);
    case 'full':
      throw new VerificationError('MODI_REPLAY_STORE_FULL');
    case 'down':
      throw new VerificationError('MODI_REPLAY_STORE_DOWN', { retryAfter: claimed.retryAfter });
  }
}
