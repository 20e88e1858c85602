import { VerificationError } from '../errors';
import type { AuditRule } from './audit-policy';
import { kindOf } from './printable';
import { proven, tokenOf } from './proven';
import type { Check } from './types';

/**
 * ModI AUDIT_REST_01/02: the tracked data are those that provider and consumer agreed on, each as its rule says. A
 * refusal names claim and rule, never the datum: it speaks of a person.
 */
export const checkAuditClaims: Check = {
  id: 'audit-claims',
  title: { en: 'tracked data', it: 'dati tracciati' },
  token: 'AUDIT',
  run(verification) {
    const { rules } = proven(verification.policy.audit, 'the policy of audit tokens');
    const { raw } = proven(tokenOf(verification, 'AUDIT').claims, 'claims');
    for (const rule of rules) judge(rule, raw[rule.claim]);
  },
  proved: (verification) => {
    const { rules } = proven(verification.policy.audit, 'the policy of audit tokens');
    const { raw } = proven(tokenOf(verification, 'AUDIT').claims, 'claims');
    return `as agreed: ${rules
      .map(({ claim }) => claim)
      .filter((claim) => raw[claim] !== undefined)
      .join(' ')}`;
  },
};

function judge(rule: AuditRule, value: unknown): void {
  const { claim } = rule;
  if (value === undefined) {
    if (rule.required) throw new VerificationError('MODI_AUDIT_CLAIM_MISSING', { claim }, 'AUDIT');
    return;
  }
  const reason = problemOf(rule, value);
  if (reason !== undefined) throw new VerificationError('MODI_AUDIT_CLAIM_VALUE', { claim, reason }, 'AUDIT');
}

/** Numbers and booleans are measured as they would be written. */
function problemOf({ type, oneOf, pattern, minLength, maxLength }: AuditRule, value: unknown): string | undefined {
  if (!isScalar(value) || (type !== 'any' && typeof value !== type)) {
    return `expected ${type === 'any' ? 'a string, a number or a boolean' : `a ${type}`}, found ${kindOf(value)}`;
  }
  const text = String(value);
  if (text.length < minLength || text.length > maxLength) {
    return `expected ${minLength} to ${maxLength} characters, found ${text.length}`;
  }
  if (oneOf?.has(text) === false) return 'not one of the agreed values';
  if (pattern?.test(text) === false) return 'not of the agreed form';
  return undefined;
}

const isScalar = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);
