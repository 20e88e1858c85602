import type { ModiCode } from '../../../plugins/core/errors';

/**
 * Codes that no request of one caller to the gateway of spec/e2e/every-code.spec.ts can bring about, each with the reason
 * and the suite that shows it. A new code belongs into `cases.ts`, and only with a reason in here.
 */
export const ELSEWHERE: Readonly<Partial<Record<ModiCode, string>>> = {
  MODI_CONTENT_LENGTH: 'gateways refuse a Content-Length that is no number themselves: spec/plugins/modi-verify/access',
  MODI_BODY_UNREADABLE: "nginx must lose its own temporary file: 'the body', spec/plugins/modi-verify/access",
  MODI_REPLAY_STORE_FULL: 'the memory is one for all routes, the widest counts: spec/unit/replay, spec/redis/outages',
  MODI_DEADLINE: 'a phase must hang: spec/wire/server',
  MODI_ANSWER_BODY_UNAVAILABLE: 'Kong must fail to hand over an answer: spec/plugins/modi-sign/response',
  MODI_SIGNING_FAILED: 'the mathematics must fail under a good key: spec/plugins/modi-sign/response',
  MODI_SIGNING_CERTIFICATE_EXPIRED:
    'a key that has expired is no configuration; one that expires: spec/plugins/modi-sign/response',
  // Raised by whoever receives an answer, on its own machine.
  MODI_ANSWER_UNSIGNED: 'the receiver of an answer: spec/unit/verify-answer',
  MODI_ANSWER_REQUEST_DIGEST_MISSING: 'the receiver of an answer: spec/unit/verify-answer',
  MODI_ANSWER_REQUEST_DIGEST_MISMATCH: 'the receiver of an answer: spec/unit/verify-answer',
  MODI_PARTICIPANT_KID_MALFORMED:
    'a second guard, MODI_KID_MALFORMED has refused it in the token: spec/unit/pdnd/participant-keys',
  MODI_PARTICIPANT_KEY_DELETED: 'a key must be in use, and then go: spec/unit/pdnd/events',
  MODI_PARTICIPANT_KEY_WEAK: 'the platform itself takes no weak key: spec/unit/pdnd/participant-keys',
  MODI_EVIDENCE_UNAVAILABLE: 'the disk must fail under modi-audit: spec/e2e/audit',
  MODI_EVIDENCE_INCOMPLETE: 'modi-audit must run alone: spec/e2e/audit',
};
