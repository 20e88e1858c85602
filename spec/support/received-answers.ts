import { compileTrust } from '../../plugins/core/trust';
import {
  compileAnswerPolicy,
  verifyAnswer,
  type Answer,
  type AnswerExpectations,
  type AnswerJudgement,
  type AnswerPolicyConfig,
} from '../../plugins/core/verify';
import type { Route } from '../../plugins/modi-sign/route';
import type { MockPki } from './pki';
import { CALLER, recordOf, runResponse, sentAnswer, type AnswerUnderTest } from './sign-route';
import { NOW } from './verify-route';

/** An answer in the receiver's hands. */
export interface ReceivedAnswer extends Answer {
  readonly headers: Map<string, readonly string[]>;
  readonly body: Buffer;
}

/** The receiver's judgement, on the mock PKI's issuing authority. */
export function receiver(pki: MockPki, config: Partial<AnswerPolicyConfig> = {}) {
  const trust = { anchors: [pki.intermediate.pem], certificates: null, maxChain: 6, extendedKeyUsage: null };
  const policy = compileAnswerPolicy({ audience: [CALLER], ...config }, compileTrust(trust, NOW));
  return (answer: Answer, expectations: AnswerExpectations = {}, now = NOW): Promise<AnswerJudgement> =>
    verifyAnswer(policy, answer, expectations, now);
}

/** The answer that a caller gets through `modi-sign` to a request with this Digest. */
export async function receive(
  route: Route,
  answer: AnswerUnderTest = {},
  requestDigest?: string,
  now = NOW,
): Promise<ReceivedAnswer> {
  const record = requestDigest === undefined ? {} : { record: recordOf({ digest_header: requestDigest }) };
  return sentAnswer(await runResponse(route, { ...record, ...answer }, now), answer);
}
