import { VerificationError } from '../../core/errors';
import {
  CombinedRevocation,
  DerError,
  judgeRevocation,
  ocspKeeperOf,
  takeInHand,
  type CertificateIssuer,
  type CertificateLink,
  type HeldCrl,
  type OcspConfig,
  type RevocationOutcome,
} from '../../core/revocation';
import {
  assemble,
  issuerOf,
  nameOf,
  problemOfAnchor,
  readDelegate,
  type Certificate,
  type TrustMaterial,
} from '../../core/trust';
import type { Content } from './read';
import type { Role } from './types';

/** More certificates than any path has; a file may hold more. */
const MAX_CHAIN = 100;
const RULES = { pinned: [], maxChain: MAX_CHAIN, extendedKeyUsage: null };

/** What certificates are measured against: the anchors and the lists of all that was read, at one moment. */
export class Ground {
  readonly material: TrustMaterial;
  /** Everybody at hand who could have issued a certificate; trusted by nobody for that. */
  readonly authoritiesBySubject: TrustMaterial['anchorsBySubject'];
  /** Everybody at hand who could have signed a list. */
  readonly issuers: readonly CertificateIssuer[];
  /** Anchors were given by themselves: what leads to none of them is told. */
  readonly mustLeadToAnchor: boolean;
  private readonly authorities: readonly Certificate[];
  private readonly lists: readonly HeldCrl[];
  private readonly now: number;

  constructor(contents: readonly Content[], now: number, mustLeadToAnchor: boolean) {
    const of = (wanted: (role: Role) => boolean) =>
      contents.filter(({ source }) => wanted(source.role)).flatMap(({ things }) => things.certificates);
    const anchors = of((role) => role === 'anchor').filter((one) => problemOfAnchor(one) === undefined);
    this.material = assemble({ ...RULES, anchors });
    this.authorities = of(() => true).filter((one) => one.x509.ca && problemOfAnchor(one) === undefined);
    this.authoritiesBySubject = assemble({ ...RULES, anchors: this.authorities }).anchorsBySubject;
    this.issuers = this.authorities.map(issuerOf);
    this.lists = contents.flatMap(({ source, things }) =>
      things.lists.flatMap((bytes) => usable(bytes, this.issuers, source.origin, now)),
    );
    this.mustLeadToAnchor = mustLeadToAnchor;
    this.now = now;
  }

  /** The authority that a list names, as people call it. */
  nameOf(issuerName: string): string {
    const index = this.issuers.findIndex(({ name }) => name === issuerName);
    const authority = this.authorities[index];
    return authority === undefined ? 'of an authority that is not at hand' : nameOf(authority);
  }

  /** A certificate with whoever could stand above it, in DER; trusted by nobody for that. */
  chainOf(one: Certificate, beside: readonly Certificate[]): readonly Buffer[] {
    const candidates = new Set([...beside, ...this.authorities]);
    const chain = [one];
    // Those that are found are themselves asked for their issuers.
    for (const { issuer } of chain) {
      chain.push(...[...candidates].filter((other) => other.subject === issuer && !chain.includes(other)));
    }
    return chain.slice(0, MAX_CHAIN).map(({ x509 }) => x509.raw);
  }

  /**
   * What lists, and responders where `ocsp` says so, say of a path; undefined where nobody speaks about any of it.
   * @throws (rejects with) VerificationError as the gateway would.
   */
  async revocation(
    links: readonly CertificateLink[],
    ocsp: OcspConfig | undefined,
  ): Promise<RevocationOutcome | undefined> {
    const { lists, now } = this;
    const { outcome: byLists } = judgeRevocation({ links, lists, policy: 'if_present', grace: 0, now });
    const isCovered = links.length > 0 && (lists.length > 0 || ocsp !== undefined);
    if (ocsp === undefined || links.length === 0) return isCovered ? byLists : undefined;
    return byLists === 'good' ? this.askedBeside(links, ocsp) : this.asked(links, ocsp);
  }

  /** A list has cleared it: a responder that does not answer changes nothing, one that says revoked does. */
  private async askedBeside(links: readonly CertificateLink[], ocsp: OcspConfig): Promise<RevocationOutcome> {
    try {
      await this.asked(links, ocsp);
      return 'good';
    } catch (error) {
      if (error instanceof VerificationError && error.code !== 'MODI_CERTIFICATE_REVOKED') return 'good';
      throw error;
    }
  }

  private async asked(links: readonly CertificateLink[], ocsp: OcspConfig): Promise<RevocationOutcome> {
    const { lists, now } = this;
    const isGoodByList = (link: CertificateLink): boolean =>
      judgeRevocation({ links: [link], lists, policy: 'if_present', grace: 0, now }).outcome === 'good';
    const keeper = ocspKeeperOf(ocsp, { readDelegate, isGoodByList }, this.material.id);
    await keeper.prepare(links, now);
    await keeper.settled();
    return new CombinedRevocation({ lists: undefined, ocsp: keeper, fallsBack: false }).judge(links, now).outcome;
  }
}

/** What is wrong with a list is told in its own row; here it only does not count. */
function usable(bytes: Buffer, issuers: readonly CertificateIssuer[], origin: string, now: number): readonly HeldCrl[] {
  try {
    return [takeInHand(bytes, issuers, undefined, origin, now)];
  } catch (error) {
    if (error instanceof DerError) return [];
    throw error;
  }
}
