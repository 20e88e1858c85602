import { VerificationError, type TokenKind } from '../errors';
import { printable } from './printable';
import { proven, tokenOf } from './proven';
import type { Check } from './types';

/** Pipeline 2.2 row 4, always due: one of the token's audiences is exactly one of ours. */
export const checkAudience = (kind: TokenKind): Check => ({
  id: 'audience',
  title: { en: 'audience', it: 'audience' },
  token: kind,
  run(verification) {
    const ours = verification.policy.audience[kind];
    const { aud } = proven(tokenOf(verification, kind).claims, 'claims');
    if (aud.some((one) => ours.has(one))) return;
    throw new VerificationError(
      'MODI_AUDIENCE_MISMATCH',
      { found: printable(aud.join(', '), 200), expected: [...ours].join(', ') },
      kind,
    );
  },
  proved: (verification) => proven(tokenOf(verification, kind).claims, 'claims').aud.join(', '),
});
