import { VerificationError } from '../core/errors';
import { processReplayStore } from '../core/replay';
import { replayEntries, type Verification } from '../core/verify';

/**
 * Takes the request's tokens, all or none, as the last step of all.
 * @throws VerificationError MODI_REPLAY or MODI_REPLAY_STORE_FULL
 */
export function claimTokens(verification: Verification, now: number): void {
  const entries = replayEntries(verification);
  if (entries.length === 0) return;
  const claimed = processReplayStore.claim(entries, now);
  switch (claimed.verdict) {
    case 'fresh':
      return;
    case 'seen':
      throw new VerificationError('MODI_REPLAY', {}, claimed.kind);
    case 'full':
      throw new VerificationError('MODI_REPLAY_STORE_FULL');
  }
}
