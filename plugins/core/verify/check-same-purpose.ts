import { VerificationError } from '../errors';
import { printable } from './printable';
import { proven, tokenOf } from './proven';
import type { Check } from './types';

/** PDND 5.2: purposeId is the voucher's; an audit token always has it, an integrity token may. */
export const checkSamePurpose = (kind: 'INTEGRITY' | 'AUDIT'): Check => ({
  id: 'same-purpose',
  title: { en: 'same purpose', it: 'stessa finalità' },
  token: kind,
  run(verification) {
    const expected = proven(verification.voucher, 'the voucher').purposeId;
    const found = proven(tokenOf(verification, kind).claims, 'claims').raw['purposeId'];
    if (found === undefined) {
      if (kind === 'INTEGRITY') return;
      throw new VerificationError('MODI_CLAIM_MISSING', { claim: 'purposeId' }, kind);
    }
    if (found !== expected) {
      throw new VerificationError('MODI_PURPOSE_MISMATCH', { found: printable(found), expected }, kind);
    }
  },
  proved: (verification) =>
    proven(tokenOf(verification, kind).claims, 'claims').raw['purposeId'] === undefined
      ? 'the token names none, and need not'
      : proven(verification.voucher, 'the voucher').purposeId,
});
