import { atMost, LONGEST_WAIT_MS } from '../at-most';
import { notify } from '../notices';
import { ConfigError } from '../schema';
import { SoftPasses } from '../soft-passes';
import { clauseOf, FileSource, UrlSource, type CrlSource } from './crl-source';
import type { HeldCrl } from './held-crl';
import { answerOf, judgeRevocation, refuseUnlessSoft, signerOf, type ListAnswer } from './judge';
import type { CertificateLink, RevocationConfig, RevocationOutcome, RevocationVerdict } from './types';

/**
 * Keeps the revocation lists of one configuration current. Whoever asks gets an answer from what is in hand, without
 * waiting; renewals run beside the requests, and a list takes the place of another only when all of it is good.
 */
export class RevocationKeeper {
  private readonly config: RevocationConfig;
  private readonly sources: readonly CrlSource[];
  private readonly renewals = new Map<CrlSource, Promise<void>>();
  private readonly problems = new Map<CrlSource, string>();
  private lists: readonly HeldCrl[] = [];
  private readonly passes = {
    unchecked: new SoftPasses('tokens pass with a certificate that no current revocation list covers'),
    grace: new SoftPasses('tokens pass by a revocation list that has ended, within crl_grace'),
  };

  /** @throws ConfigError for a file that holds no usable list, and for a URL that is none. Fetches begin at once. */
  constructor(config: RevocationConfig, field: string, now: number) {
    this.config = config;
    this.sources = config.crls.map((value, index) => sourceOf(value, `${field}[${index + 1}]`, config, now));
    this.gather();
    this.look(now);
  }

  /** The outcome for a path, from what is in hand at `now` (seconds). @throws VerificationError as judgeRevocation. */
  judge(links: readonly CertificateLink[], now: number): RevocationVerdict {
    const { policy, grace } = this.config;
    const verdict = judgeRevocation({ links, lists: this.lists, policy, grace, now });
    this.letPass(verdict.outcome, links, now);
    return verdict;
  }

  /** What the lists in hand say about one certificate. @throws VerificationError MODI_CERTIFICATE_REVOKED. */
  answer(link: CertificateLink, now: number): ListAnswer {
    return answerOf(link, { lists: this.lists, grace: this.config.grace, now });
  }

  /** @throws VerificationError MODI_REVOCATION_UNKNOWN where the policy does not let pass what these lists do not say. */
  refuseUnlessSoft(link: CertificateLink, answer: ListAnswer): void {
    refuseUnlessSoft(link, answer, this.config.policy);
  }

  /** Starts what is due. Answers what to wait for before judging: a list that is missing or at its end and on its way. */
  prepare(now: number): Promise<void> | undefined {
    this.look(now);
    if (this.renewals.size === 0) return undefined;
    const needed = [...this.renewals].filter(([{ held }]) => held === undefined || now > held.crl.nextUpdate);
    return needed.length === 0 ? undefined : atMost(LONGEST_WAIT_MS, Promise.all(needed.map(([, renewal]) => renewal)));
  }

  /** Starts what is due at `now`; one renewal of a source at a time. */
  look(now: number): void {
    for (const source of this.sources) {
      if (!source.isDue(now) || this.renewals.has(source)) continue;
      this.renewals.set(source, this.renew(source, now));
    }
  }

  /** Until all that is on its way has arrived or failed. */
  async settled(): Promise<void> {
    await Promise.all(this.renewals.values());
  }

  /** Why sources are not as they should be; empty when all are. */
  get failing(): readonly string[] {
    return [...this.problems.values()];
  }

  get inHand(): readonly HeldCrl[] {
    return this.lists;
  }

  /** Counts and tells a path that passes by a soft choice about lists; a good one is none. */
  letPass(outcome: RevocationOutcome, links: readonly CertificateLink[], now: number): void {
    if (outcome !== 'good') this.passes[outcome].note(now, () => signerOf(links));
  }

  /** Paths that were let through with a certificate that no list covers. */
  get unchecked(): number {
    return this.passes.unchecked.total;
  }

  /** Paths that were let through by a list that had ended, within its grace. */
  get inGrace(): number {
    return this.passes.grace.total;
  }

  /** Whether the configuration lets something through that a list would have to speak about. */
  get isSoft(): boolean {
    return this.config.policy !== 'required' || this.config.grace > 0;
  }

  private async renew(source: CrlSource, now: number): Promise<void> {
    const { held } = source;
    try {
      await source.renew(now);
      this.problems.delete(source);
    } catch (error) {
      this.report(source, clauseOf(error));
    } finally {
      this.renewals.delete(source);
    }
    if (source.held === held || source.held === undefined) return;
    this.gather();
    const { entries, nextUpdate } = source.held.crl;
    const fields = { source: source.origin, entries, next_update: new Date(nextUpdate * 1000).toISOString() };
    notify({ level: 'info', message: 'a revocation list is in use', fields });
  }

  private gather(): void {
    this.lists = this.sources.flatMap(({ held }) => held ?? []);
  }

  /** Told once per problem, not once per try. */
  private report(source: CrlSource, problem: string): void {
    if (this.problems.get(source) === problem) return;
    this.problems.set(source, problem);
    const fields = { source: source.origin, problem };
    notify({ level: 'error', message: 'a revocation list cannot be renewed; one in hand stays in use', fields });
  }
}

function sourceOf(value: string, field: string, config: RevocationConfig, now: number): CrlSource {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return new FileSource(value, field, config.issuers, now);
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.username !== '') {
    throw new ConfigError(field, `"${value}" is no URL of http or https without credentials`);
  }
  return new UrlSource(url, config.issuers, config.refresh, config.privateHosts);
}
