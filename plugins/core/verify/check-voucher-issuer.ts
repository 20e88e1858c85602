import { VerificationError } from '../errors';
import { printable } from './printable';
import { proven, tokenOf } from './proven';
import type { Check } from './types';

/** PDND 3.1 row 5: iss is exactly the platform's environment of this route. */
export const checkVoucherIssuer: Check = {
  id: 'voucher-issuer',
  title: { en: 'issuer', it: 'emittente' },
  token: 'VOUCHER',
  run(verification) {
    const { issuer } = proven(verification.policy.pdnd, 'the policy of vouchers');
    const { iss } = proven(tokenOf(verification, 'VOUCHER').claims, 'claims');
    if (iss === issuer) return;
    const found = iss === undefined ? 'absent' : printable(iss);
    throw new VerificationError('MODI_VOUCHER_ISSUER', { found, expected: issuer }, 'VOUCHER');
  },
  proved: ({ policy }) => proven(policy.pdnd, 'the policy of vouchers').issuer,
};
