import { VerificationError } from '../errors';
import type { RevokedEntry } from './crl';
import { CLOCK_TOLERANCE, type HeldCrl } from './held-crl';
import type { CertificateLink, RevocationOutcome, RevocationPolicy } from './types';

export interface RevocationQuestion {
  readonly links: readonly CertificateLink[];
  readonly lists: readonly HeldCrl[];
  readonly policy: RevocationPolicy;
  /** Seconds that a list still counts after its nextUpdate. */
  readonly grace: number;
  /** Seconds since the epoch. */
  readonly now: number;
}

/**
 * Asks for every certificate of a path whether its issuer has revoked it (RFC 5280 6.3).
 *
 * @throws VerificationError MODI_CERTIFICATE_REVOKED, also by a list that has ended; MODI_REVOCATION_UNKNOWN when the
 * policy needs an answer and no list gives one.
 */
export function judgeRevocation(question: RevocationQuestion): RevocationOutcome {
  let outcome: RevocationOutcome = 'good';
  for (const link of question.links) {
    if (judgeOne(link, question) === 'unchecked') outcome = 'unchecked';
  }
  return outcome;
}

function judgeOne(link: CertificateLink, { lists, policy, grace, now }: RevocationQuestion): RevocationOutcome {
  const ofIssuer = lists.filter((list) => list.isOf(link.issuer));
  for (const { crl } of ofIssuer) {
    const position = crl.find(link.serial);
    if (position !== undefined) throw revoked(link, crl.entryAt(position));
  }
  const covering = ofIssuer.filter((list) => covers(list, link) && list.crl.thisUpdate <= now + CLOCK_TOLERANCE);
  if (covering.some(({ crl }) => now <= crl.nextUpdate + grace)) return 'good';
  const [ended] = covering.map(({ crl }) => crl.nextUpdate).sort((one, other) => other - one);
  if (ended !== undefined) throw unknown(link, `the revocation list of its issuer ended at ${isoTime(ended)}`);
  if (policy === 'required') throw unknown(link, 'no revocation list of its issuer is in hand');
  return 'unchecked';
}

function covers({ crl: { scope } }: HeldCrl, { isAuthority, distributionPoints }: CertificateLink): boolean {
  if (scope.certificates !== 'all' && (scope.certificates === 'authorities') !== isAuthority) return false;
  return scope.partition?.some((uri) => distributionPoints.includes(uri)) ?? true;
}

const revoked = ({ subject }: CertificateLink, { revokedAt, reason }: RevokedEntry) =>
  new VerificationError('MODI_CERTIFICATE_REVOKED', {
    subject: nameOf(subject),
    at: isoTime(revokedAt),
    reason,
    found: `revoked at ${isoTime(revokedAt)}, ${reason}`,
    expected: 'a certificate that is not revoked',
  });

const unknown = ({ subject }: CertificateLink, reason: string) =>
  new VerificationError('MODI_REVOCATION_UNKNOWN', { subject: nameOf(subject), reason });

/** Names are the caller's text: printable ASCII, bounded. */
const nameOf = (subject: string): string => subject.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 100);

/** RFC 3339 in whole seconds. */
const isoTime = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
