import { VerificationError } from '../errors';
import { revokedRefusal, subjectOf, unknownRefusal } from './judge';
import type { OcspKeeper } from './ocsp';
import type { RevocationKeeper } from './revocation-keeper';
import type { CertificateLink, RevocationAnswer, RevocationVerdict } from './types';

/** Both ways to ask whether a certificate is revoked. */
export interface RevocationParts {
  readonly lists: RevocationKeeper | undefined;
  readonly ocsp: OcspKeeper;
  /** A current list answers where no responder does; without it, each way is judged by its own policy. */
  readonly fallsBack: boolean;
}

/** Judges by responders, and by lists beside or behind them. Reads only what is in hand. */
export class CombinedRevocation {
  private readonly parts: RevocationParts;

  constructor(parts: RevocationParts) {
    this.parts = parts;
  }

  /** What to wait for before the certificates of a path are judged at `now` (seconds); undefined: nothing. */
  ask(links: readonly CertificateLink[], now: number): Promise<void> | undefined {
    return this.parts.ocsp.prepare(links, now);
  }

  /**
   * The outcome for a path at `now`.
   * @throws VerificationError MODI_CERTIFICATE_REVOKED, by whoever says so; MODI_CERTIFICATE_STATUS_UNKNOWN when a
   * responder does not know the certificate and no list clears it; MODI_REVOCATION_UNKNOWN as the policies have it.
   */
  judge(links: readonly CertificateLink[], now: number): RevocationVerdict {
    const verdicts = links.map((link) => this.judgeOne(link, now));
    const outcome = verdicts.some((one) => one.outcome === 'unchecked') ? 'unchecked' : 'good';
    if (outcome === 'unchecked') this.parts.ocsp.letPass();
    return { outcome, answers: verdicts.flatMap(({ answers }) => answers) };
  }

  private judgeOne(link: CertificateLink, now: number): RevocationVerdict {
    const { lists, ocsp, fallsBack } = this.parts;
    const byList = lists?.answer(link, now);
    const verdict = ocsp.verdict(link, now);
    if (verdict.status === 'revoked') throw revokedRefusal(link, verdict);
    const behind = fallsBack && byList !== undefined && 'good' in byList ? [byList.good] : [];
    const isBehind = behind.length > 0;
    if (verdict.status === 'unknown' && !isBehind) throw statusUnknown(link);
    if (verdict.status === 'none' && !isBehind && ocsp.config.policy === 'required') {
      throw unknownRefusal(link, verdict.reason);
    }
    const answers: readonly RevocationAnswer[] = verdict.status === 'good' ? [verdict.answer] : behind;
    const outcome = answers.length === 0 ? 'unchecked' : 'good';
    if (lists === undefined || fallsBack) return { outcome, answers };
    const beside = lists.judge([link], now);
    return { outcome: beside.outcome === 'good' ? outcome : 'unchecked', answers: [...answers, ...beside.answers] };
  }
}

const statusUnknown = (link: CertificateLink): VerificationError =>
  new VerificationError('MODI_CERTIFICATE_STATUS_UNKNOWN', { subject: subjectOf(link) });
