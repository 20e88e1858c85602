import { VerificationError } from '../errors';
import { proven, tokenOf } from './proven';
import type { Check } from './types';

/** RFC 9449 4.3 (12), 6.1: the key of the proof is the one that the platform wrote into the voucher. */
export const checkDpopBinding: Check = {
  id: 'dpop-binding',
  title: { en: 'key of the voucher', it: 'chiave del voucher' },
  token: 'DPOP',
  run(verification) {
    const expected = proven(tokenOf(verification, 'VOUCHER').thumbprint, 'cnf.jkt');
    const found = proven(tokenOf(verification, 'DPOP').thumbprint, 'the key of the proof');
    if (found !== expected) throw new VerificationError('MODI_DPOP_KEY', { expected, found }, 'DPOP');
  },
  proved: (verification) =>
    `thumbprint ${proven(tokenOf(verification, 'DPOP').thumbprint, 'the key of the proof')} is cnf.jkt`,
};
