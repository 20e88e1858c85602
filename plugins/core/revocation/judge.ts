import { VerificationError } from '../errors';
import type { RevokedEntry } from './crl';
import { CLOCK_TOLERANCE, type HeldCrl } from './held-crl';
import { weakerOf } from './outcome';
import type {
  CertificateLink,
  RevocationAnswer,
  RevocationOutcome,
  RevocationPolicy,
  RevocationVerdict,
} from './types';

export interface ListQuestion {
  readonly lists: readonly HeldCrl[];
  /** Seconds that a list still counts after its nextUpdate. */
  readonly grace: number;
  /** Seconds since the epoch. */
  readonly now: number;
}

export interface RevocationQuestion extends ListQuestion {
  readonly links: readonly CertificateLink[];
  readonly policy: RevocationPolicy;
}

/** Good by a list, which may have ended and still count; or why no list says so, `hasEnded`: one did, up to its end. */
export type ListAnswer =
  | { readonly outcome: 'good' | 'grace'; readonly by: RevocationAnswer }
  | { readonly reason: string; readonly hasEnded: boolean };

/**
 * Asks for every certificate of a path whether its issuer has revoked it (RFC 5280 6.3).
 *
 * @throws VerificationError MODI_CERTIFICATE_REVOKED, also by a list that has ended; MODI_REVOCATION_UNKNOWN when the
 * policy needs an answer and no list gives one.
 */
export function judgeRevocation(question: RevocationQuestion): RevocationVerdict {
  let outcome: RevocationOutcome = 'good';
  const answers: RevocationAnswer[] = [];
  for (const link of question.links) {
    const answer = answerOf(link, question);
    if ('by' in answer) {
      outcome = weakerOf(outcome, answer.outcome);
      answers.push(answer.by);
      continue;
    }
    refuseUnlessSoft(link, answer, question.policy);
    outcome = 'unchecked';
  }
  return { outcome, answers };
}

/**
 * A certificate of which no list says that it is good passes only where none is needed and none has spoken of it before.
 * @throws VerificationError MODI_REVOCATION_UNKNOWN otherwise.
 */
export function refuseUnlessSoft(link: CertificateLink, answer: ListAnswer, policy: RevocationPolicy): void {
  if ('by' in answer) return;
  if (answer.hasEnded || policy === 'required') throw unknownRefusal(link, answer.reason);
}

/** What lists say about one certificate. @throws VerificationError MODI_CERTIFICATE_REVOKED. */
export function answerOf(link: CertificateLink, { lists, grace, now }: ListQuestion): ListAnswer {
  const ofIssuer = lists.filter((list) => list.isOf(link.issuer));
  for (const { crl } of ofIssuer) {
    const position = crl.find(link.serial);
    if (position !== undefined) throw revokedRefusal(link, crl.entryAt(position));
  }
  const covering = ofIssuer.filter((list) => covers(list, link) && list.crl.thisUpdate <= now + CLOCK_TOLERANCE);
  const current = covering.find(({ crl }) => now <= crl.nextUpdate);
  if (current !== undefined) return { outcome: 'good', by: current.answer };
  const counting = covering.find(({ crl }) => now <= crl.nextUpdate + grace);
  if (counting !== undefined) return { outcome: 'grace', by: counting.answer };
  const [ended] = covering.map(({ crl }) => crl.nextUpdate).sort((one, other) => other - one);
  if (ended === undefined) return { reason: 'no revocation list of its issuer is in hand', hasEnded: false };
  return { reason: `the revocation list of its issuer ended at ${isoTime(ended)}`, hasEnded: true };
}

function covers({ crl: { scope } }: HeldCrl, { isAuthority, distributionPoints }: CertificateLink): boolean {
  if (scope.certificates !== 'all' && (scope.certificates === 'authorities') !== isAuthority) return false;
  return scope.partition?.some((uri) => distributionPoints.includes(uri)) ?? true;
}

export const revokedRefusal = (link: CertificateLink, { revokedAt, reason }: RevokedEntry): VerificationError =>
  new VerificationError('MODI_CERTIFICATE_REVOKED', {
    subject: subjectOf(link),
    at: isoTime(revokedAt),
    reason,
    found: `revoked at ${isoTime(revokedAt)}, ${reason}`,
    expected: 'a certificate that is not revoked',
  });

export const unknownRefusal = (link: CertificateLink, reason: string): VerificationError =>
  new VerificationError('MODI_REVOCATION_UNKNOWN', { subject: subjectOf(link), reason });

/** Names are the caller's text: printable ASCII, bounded. */
export const subjectOf = ({ subject }: CertificateLink): string =>
  subject.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 100);

/** What the log says of a path that a soft choice lets through: whose it is. */
export const signerOf = ([signer]: readonly CertificateLink[]): { readonly signer: string } => ({
  signer: signer === undefined ? '' : subjectOf(signer),
});

/** RFC 3339 in whole seconds. */
const isoTime = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
