import { VerificationError } from '../../core/errors';
import { compileTrust } from '../../core/trust';
import { answerChecks, compileAnswerPolicy, newAnswerVerification, type Answer, type Check } from '../../core/verify';
import { configured } from '../shell/config-fault';
import { Examination, type Judgement } from '../verify';
import type { AnswerTerms } from './terms';

/** What the caller knows of the request that is answered. */
export interface SentRequest {
  readonly method: string;
  /** Its Digest header, as it was sent. */
  readonly digest: string | undefined;
}

/** Judges answers by the checks of a receiver, `now` in seconds since the epoch. */
export type AnswerJudge = (answer: Answer, sent: SentRequest, now: number, goOn: boolean) => Promise<Judgement>;

const LONGEST_PATH = 6;

/**
 * Reads the trust. The judge it answers takes no unsigned answer: whoever asks whether an answer verifies gets no
 * yes for one that proves nothing.
 *
 * @throws CliError CLI_CONFIG for a source of trust that cannot be used.
 */
export function answerJudge(terms: AnswerTerms, now: number): AnswerJudge {
  const { anchors, certificates, audience, requestDigestRequired } = terms;
  const trust = configured('', () =>
    compileTrust(
      { anchors: listed(anchors), certificates: listed(certificates), maxChain: LONGEST_PATH, extendedKeyUsage: null },
      now,
    ),
  );
  return async (answer, sent, at, goOn) => {
    // Providers sign empty bodies or do not; one that did says so by its Digest, which then must hold.
    const tokenOnEmptyBody = answer.body.length === 0 && answer.headers.has('digest');
    const policy = compileAnswerPolicy({ audience, tokenOnEmptyBody }, trust);
    const expectations = { method: sent.method, requestDigest: sent.digest, requestDigestRequired };
    const examination = new Examination(await newAnswerVerification(policy, answer, expectations, at), goOn);
    for (const check of answerChecks(examination.verification)) examination.attempt(check);
    if (examination.judgement.refusal === undefined) examination.attempt(SIGNED);
    return examination.judgement;
  };
}

const listed = (paths: readonly string[]): readonly string[] | null => (paths.length === 0 ? null : paths);

/** The receiver's own rule lets an answer without a body, or of a broken service, be unsigned. */
const SIGNED: Check = {
  id: 'answer-signed',
  title: { en: 'answer is signed', it: 'risposta firmata' },
  run: ({ tokens }) => {
    if (tokens.INTEGRITY === undefined) throw new VerificationError('MODI_ANSWER_UNSIGNED', {}, 'INTEGRITY');
  },
  proved: ({ tokens }) => `by ${tokens.INTEGRITY?.signer?.certificate.subject ?? 'a trusted key'}`,
};
