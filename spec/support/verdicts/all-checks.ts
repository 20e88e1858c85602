import { checkAnswerDigest } from '../../../plugins/core/verify/check-answer-digest';
import { answerChecks, stages, type Check, type Policy, type Verification } from '../../../plugins/core/verify';

type Stage = keyof typeof stages;

/** The checks of a request that has these tokens, in their order. */
export function checksOf(policy: Partial<Policy>, tokens: readonly string[] = ['INTEGRITY', 'AUDIT'], scheme = 'DPoP') {
  const held = Object.fromEntries(tokens.map((kind) => [kind, { kind, text: '' }]));
  const verification = { policy, tokens: held, scheme } as unknown as Verification;
  return (stage: Stage): readonly Check[] => [...stages[stage](verification)];
}

/** The part of a policy that asks for a voucher, and for an audit token. */
export const PDND = { pdnd: {} } as Partial<Policy>;
export const audit = (pattern: 'AUDIT_REST_01' | 'AUDIT_REST_02') => ({
  audit: { pattern, required: true, rules: [] },
});

/** Every check there is, once, by its id. */
export function allChecks(): ReadonlyMap<string, Check> {
  const requests = [
    { integrity: 'INTEGRITY_REST_01' },
    { ...PDND, ...audit('AUDIT_REST_02'), integrity: 'INTEGRITY_REST_02' },
  ] as const;
  const answer = { tokens: { INTEGRITY: {} } } as Verification;
  const checks = [
    ...requests.flatMap((policy) => (['tokens', 'body', 'party'] as const).flatMap(checksOf(policy))),
    ...answerChecks(answer),
  ];
  // The digest of an answer is named as the digest of a request.
  return new Map(checks.map((check) => [check === checkAnswerDigest ? `answer-${check.id}` : check.id, check]));
}
