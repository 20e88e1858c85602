import { createHash, timingSafeEqual } from 'node:crypto';
import { VerificationError } from '../errors';
import { decodeBase64Url } from '../token';
import { proven, tokenOf } from './proven';
import type { Check } from './types';

/** RFC 9449 4.3 (11): ath is the SHA-256 of the voucher of this request. */
export const checkDpopToken: Check = {
  id: 'dpop-token',
  title: { en: 'voucher of the proof', it: 'voucher della prova' },
  token: 'DPOP',
  run(verification) {
    const { ath } = proven(tokenOf(verification, 'DPOP').claims, 'claims').raw;
    const told = decodeBase64Url(String(ath));
    const computed = createHash('sha256').update(tokenOf(verification, 'VOUCHER').text, 'latin1').digest();
    if (told?.length === computed.length && timingSafeEqual(told, computed)) return;
    throw new VerificationError('MODI_DPOP_TOKEN_HASH', {}, 'DPOP');
  },
  proved: () => 'ath is the SHA-256 of the voucher',
};
