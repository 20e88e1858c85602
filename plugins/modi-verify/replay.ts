import { VerificationError } from '../core/errors';
import type { ReplayVerdict, Resend } from '../core/replay';
import { replayEntries, type Verification } from '../core/verify';
import type { Route } from './route';

/**
 * Takes the request's tokens, all or none, as the last step of all. Answers for the how many-th time its message is
 * accepted: 1 but for resends. Answers at once where the memory is this process's own.
 * @throws VerificationError MODI_REPLAY, MODI_RESEND_LIMIT, MODI_REPLAY_STORE_FULL or MODI_REPLAY_STORE_DOWN
 */
export function claimTokens(
  { replayStore }: Route,
  verification: Verification,
  now: number,
  resend?: Resend,
): number | Promise<number> {
  const entries = replayEntries(verification);
  if (entries.length === 0) return 1;
  const claimed = replayStore.claim(entries, now, resend);
  return claimed instanceof Promise ? claimed.then(attemptOf) : attemptOf(claimed);
}

function attemptOf(claimed: ReplayVerdict): number {
  switch (claimed.verdict) {
    case 'fresh':
      return 1;
    case 'resent':
      return claimed.attempt;
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
