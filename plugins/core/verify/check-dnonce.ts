import { VerificationError } from '../errors';
import { kindOf } from './printable';
import { proven, tokenOf } from './proven';
import type { Check } from './types';

const DIGITS = /^\d{13}$/;

/** ModI AUDIT_REST_02: dnonce, 13 decimal digits; the field sends it as a number and as a string. */
export const checkDnonce: Check = {
  id: 'dnonce',
  title: { en: 'dnonce', it: 'dnonce' },
  token: 'AUDIT',
  run(verification) {
    const { dnonce } = proven(tokenOf(verification, 'AUDIT').claims, 'claims').raw;
    if (dnonce === undefined) throw new VerificationError('MODI_CLAIM_MISSING', { claim: 'dnonce' }, 'AUDIT');
    const text = typeof dnonce === 'number' && Number.isSafeInteger(dnonce) ? String(dnonce) : dnonce;
    if (typeof text === 'string' && DIGITS.test(text)) return;
    const found = typeof text === 'string' ? `${text.length} characters` : kindOf(dnonce);
    throw new VerificationError('MODI_AUDIT_DNONCE', { found }, 'AUDIT');
  },
  proved: () => '13 digits',
};
