import { PolicyError } from '../errors';
import { printable } from './printable';
import type { Check } from './types';

/**
 * The route's `authorization`: every rule holds for the claims of the token that it speaks of. A refusal names the rule,
 * the claim, and what this caller sent; never what others may send.
 */
export const checkClaimRules: Check = {
  id: 'claim-rules',
  title: { en: 'authorization by claims', it: 'autorizzazione sui claim' },
  run({ policy, tokens }) {
    for (const one of policy.party.claimRules) {
      const { name: rule, token, claim } = one;
      const verdict = one.judge(
        (token === 'ID_AUTH' ? (tokens.ID_AUTH ?? tokens.VOUCHER) : tokens[token])?.claims?.raw,
      );
      if (verdict.verdict === 'holds') continue;
      if (verdict.verdict === 'missing') throw new PolicyError('MODI_CLAIM_RULE_MISSING', { rule, claim }, token);
      const found = printable(verdict.found.length === 1 ? verdict.found[0] : verdict.found, 200);
      throw new PolicyError('MODI_CLAIM_RULE_MISMATCH', { rule, claim, found }, token);
    }
  },
  proved: ({ policy: { party } }) =>
    party.claimRules.length === 0 ? 'no rules' : party.claimRules.map(({ name }) => name).join(', '),
};
