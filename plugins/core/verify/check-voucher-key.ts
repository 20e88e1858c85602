import { takeKey } from './platform-key';
import { proven, tokenOf } from './proven';
import type { Check } from './types';

/**
 * PDND 3.1 row 3: kid names a key of the platform's authorization server, in the environment of the route. Refused with
 * MODI_VOUCHER_KID_UNKNOWN, or with MODI_VOUCHER_KEYS_UNAVAILABLE when the keys cannot be had.
 */
export const checkVoucherKey: Check = {
  id: 'voucher-key',
  title: { en: 'key of the platform', it: 'chiave della piattaforma' },
  token: 'VOUCHER',
  prepare(verification, keys) {
    const token = tokenOf(verification, 'VOUCHER');
    const kid = proven(token.kid, 'kid');
    return takeKey(
      'VOUCHER',
      () => proven(keys, 'the platform').voucherKey(kid, verification.now),
      ({ key }) => (token.key = key),
    );
  },
  run(verification) {
    proven(tokenOf(verification, 'VOUCHER').key, 'the key of the platform');
  },
  proved: (verification) => `kid ${proven(tokenOf(verification, 'VOUCHER').kid, 'kid')} is a key of the platform`,
};
