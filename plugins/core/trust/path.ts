import type { VerificationError } from '../errors';
import { branchOf, extended, refusalOfAuthority, refusalOfSigner, type Branch } from './admission';
import type { Certificate } from './certificate';
import { reasonForNoPath } from './no-path';
import { outsideValidity, untrusted } from './refusals';

export interface PathQuestion {
  readonly signer: Certificate;
  /** What else the token brought: candidates for intermediate authorities, in any order, never trusted by themselves. */
  readonly others: readonly Certificate[];
  readonly anchorsBySubject: ReadonlyMap<string, readonly Certificate[]>;
  /** Most certificates of a path, signer and anchor counted. */
  readonly maxChain: number;
  readonly extendedKeyUsage: readonly string[] | null;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** Most signatures that one question checks; an honest chain needs one per certificate. */
export const MAX_SIGNATURE_CHECKS = 32;

/**
 * The path from the signer to an anchor, signer first, valid at `now` by RFC 5280 6.1.
 *
 * The search goes from the anchors down, as the RFC validates: a certificate's signature is only ever checked under
 * a key that is already trusted to vouch, and only what such a key has signed is looked into. So strangers choose
 * neither the keys we compute with nor the bytes we decode. All paths are tried, within a bound of signature checks.
 *
 * @throws VerificationError of the refusal closest to the signer; UNTRUSTED when nobody trusted vouches for it.
 */
export function findPath(question: PathQuestion): readonly Certificate[] {
  return new PathSearch(question).run();
}

class PathSearch {
  private readonly question: PathQuestion;
  private readonly pool: readonly Certificate[];
  private readonly vouched = new Set<Certificate>();
  private checksLeft = MAX_SIGNATURE_CHECKS;
  private refusalOfSigner: VerificationError | undefined;
  private refusalOnTheWay: VerificationError | undefined;

  constructor(question: PathQuestion) {
    this.question = question;
    this.pool = poolOf(question);
  }

  run(): readonly Certificate[] {
    for (const anchor of this.namedAnchors()) {
      const path = this.fromAnchor(anchor);
      if (path !== undefined) return path.toReversed();
    }
    throw this.refusalOfSigner ?? this.refusalOnTheWay ?? untrusted(reasonForNoPath(this.question, this.vouched));
  }

  private namedAnchors(): Iterable<Certificate> {
    return new Set(this.pool.flatMap(({ issuer }) => this.question.anchorsBySubject.get(issuer) ?? []));
  }

  private fromAnchor(anchor: Certificate): readonly Certificate[] | undefined {
    const refusal = outsideValidity(anchor, this.question.now);
    if (refusal === undefined) return this.descend(branchOf(anchor));
    this.refusalOnTheWay ??= refusal;
    return undefined;
  }

  private descend(branch: Branch): readonly Certificate[] | undefined {
    for (const child of this.childrenOf(branch)) {
      if (branch.path.length >= this.question.maxChain) {
        this.refusalOnTheWay ??= untrusted(`the path is longer than ${this.question.maxChain} certificates`);
        return undefined;
      }
      if (!this.vouchesFor(branch.tip, child)) continue;
      const path = child === this.question.signer ? this.completed(branch) : this.below(branch, child);
      if (path !== undefined) return path;
    }
    return undefined;
  }

  /** Those that name the tip as issuer: the signer, or one that is itself named as issuer. */
  private childrenOf({ path, tip }: Branch): readonly Certificate[] {
    return this.pool.filter(
      (child) =>
        child.issuer === tip.subject &&
        !path.includes(child) &&
        (child === this.question.signer || this.pool.some(({ issuer }) => issuer === child.subject)),
    );
  }

  private vouchesFor({ key }: Certificate, child: Certificate): boolean {
    if (key.type === 'unacceptable') return false;
    if (this.checksLeft === 0) {
      this.refusalOnTheWay ??= untrusted(`too many certificates to try (${MAX_SIGNATURE_CHECKS} signatures checked)`);
      return false;
    }
    this.checksLeft -= 1;
    const holds = child.x509.verify(key.key);
    if (holds) this.vouched.add(child);
    return holds;
  }

  private completed(branch: Branch): readonly Certificate[] | undefined {
    const { signer, now, extendedKeyUsage } = this.question;
    const refusal = refusalOfSigner(signer, branch, now, extendedKeyUsage);
    if (refusal === undefined) return [...branch.path, signer];
    this.refusalOfSigner ??= refusal;
    return undefined;
  }

  private below(branch: Branch, authority: Certificate): readonly Certificate[] | undefined {
    const refusal = refusalOfAuthority(authority, branch, this.question.now);
    if (refusal === undefined) return this.descend(extended(branch, authority));
    this.refusalOnTheWay ??= refusal;
    return undefined;
  }
}

/**
 * The certificates to place: the signer first, the rest once each and in an order of their own, so that the verdict
 * does not hang on the caller's order. Anchors need no placing.
 */
function poolOf({ signer, others, anchorsBySubject }: PathQuestion): readonly Certificate[] {
  const isAnchor = ({ subject, thumbprint }: Certificate) =>
    anchorsBySubject.get(subject)?.some((anchor) => anchor.thumbprint === thumbprint) === true;
  const byThumbprint = new Map(others.map((certificate) => [certificate.thumbprint, certificate]));
  byThumbprint.delete(signer.thumbprint);
  const rest = [...byThumbprint.values()].filter((certificate) => !isAnchor(certificate));
  return [signer, ...rest.sort((a, b) => (a.thumbprint < b.thumbprint ? -1 : 1))];
}
