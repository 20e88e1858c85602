import type { ModiCode } from '../../../plugins/core/errors';

/**
 * Codes that no request to the gateway of spec/e2e/every-code.spec.ts can bring about, whatever happens around it, each with
 * the reason and the suite that shows it. A new code belongs into `cases.ts` or `acts.ts`, and only with a reason in here.
 */
export const ELSEWHERE: Readonly<Partial<Record<ModiCode, string>>> = {
  MODI_SIGNING_FAILED:
    'OpenSSL must fail to sign with a key that was checked when it was taken up: spec/plugins/modi-sign/response',
  MODI_PARTICIPANT_KID_MALFORMED:
    'a second guard with the same rule: MODI_KID_MALFORMED has refused the token: spec/unit/pdnd/participant-keys',
  // Raised by whoever receives an answer, on its own machine: no gateway sends them.
  MODI_ANSWER_UNSIGNED: 'the receiver of an answer: spec/unit/verify-answer',
  MODI_ANSWER_REQUEST_DIGEST_MISSING: 'the receiver of an answer: spec/unit/verify-answer',
  MODI_ANSWER_REQUEST_DIGEST_MISMATCH: 'the receiver of an answer: spec/unit/verify-answer',
};
