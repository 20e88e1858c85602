import { VerificationError } from '../errors';
import { bareToken } from './check-signature-header';
import { proven } from './proven';
import type { AnswerFacts, Check, Verification } from './types';

/**
 * Pipeline 3.5 rows 1 and 2: a token is due by status and body, and there is exactly one. Status and body are not
 * signed by themselves, so this decides only whether silence is acceptable; a token that is there is always judged.
 */
export const checkAnswerPresence: Check = {
  id: 'answer-signature-header',
  title: { en: 'Agid-JWT-Signature header', it: 'intestazione Agid-JWT-Signature' },
  token: 'INTEGRITY',
  run(verification) {
    const { headers, tokens } = verification;
    const values = headers.get('agid-jwt-signature') ?? [];
    if (values.length > 0) {
      tokens.INTEGRITY = { kind: 'INTEGRITY', text: bareToken(values) };
      return;
    }
    if (signatureDue(verification)) throw new VerificationError('MODI_ANSWER_UNSIGNED', {}, 'INTEGRITY');
  },
  proved: ({ tokens }) =>
    tokens.INTEGRITY === undefined
      ? 'absent, as status and body allow'
      : `one header, bare token, ${tokens.INTEGRITY.text.length} bytes`,
};

function signatureDue({ answer, body, policy }: Verification): boolean {
  const facts = proven(answer, 'answer');
  if (facts.status >= 500 && !facts.errorsSigned) return false;
  if (bodyElsewhere(facts)) return false;
  return proven(body, 'body').length > 0 || policy.tokenOnEmptyBody;
}

/** RFC 9110 9.3.2 and 15.4.5: the answer stands for a body that is not sent. */
export const bodyElsewhere = ({ method, status }: AnswerFacts): boolean => method === 'HEAD' || status === 304;
