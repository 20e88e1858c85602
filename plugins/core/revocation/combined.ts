import { VerificationError } from '../errors';
import { revokedRefusal, subjectOf, unknownRefusal } from './judge';
import type { OcspKeeper } from './ocsp';
import { weakerOf } from './outcome';
import type { RevocationKeeper } from './revocation-keeper';
import type { CertificateLink, RevocationVerdict } from './types';

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
    const { lists, ocsp, fallsBack } = this.parts;
    const each = links.map((link) => this.judgeOne(link, now));
    const outcomes = each.map(({ outcome }) => outcome);
    if (outcomes.includes('unchecked')) ocsp.letPass(links, now);
    const outcome = outcomes.reduce(weakerOf, 'good');
    const answers = each.flatMap((one) => one.answers);
    if (lists !== undefined && !fallsBack) {
      const beside = lists.judge(links, now);
      return { outcome: weakerOf(outcome, beside.outcome), answers: [...answers, ...beside.answers] };
    }
    if (outcomes.includes('grace')) lists?.letPass('grace', links, now);
    return { outcome, answers };
  }

  /** By its responder; by a list where that one says nothing, and lists stand behind. */
  private judgeOne(link: CertificateLink, now: number): RevocationVerdict {
    const { lists, ocsp, fallsBack } = this.parts;
    const byList = lists?.answer(link, now);
    const verdict = ocsp.verdict(link, now);
    if (verdict.status === 'revoked') throw revokedRefusal(link, verdict);
    if (verdict.status === 'good') return { outcome: 'good', answers: [verdict.answer] };
    if (fallsBack && byList !== undefined && 'by' in byList) return { outcome: byList.outcome, answers: [byList.by] };
    if (verdict.status === 'unknown') throw statusUnknown(link);
    if (ocsp.config.policy === 'required') throw unknownRefusal(link, verdict.reason);
    // Behind a responder that need not answer, lists are as hard as they are alone.
    if (fallsBack && byList !== undefined) lists?.refuseUnlessSoft(link, byList);
    return { outcome: 'unchecked', answers: [] };
  }
}

const statusUnknown = (link: CertificateLink): VerificationError =>
  new VerificationError('MODI_CERTIFICATE_STATUS_UNKNOWN', { subject: subjectOf(link) });
