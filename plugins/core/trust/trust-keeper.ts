import { notify } from '../notices';
import { TrustSources } from './trust-sources';
import type { TrustConfig, TrustMaterial } from './types';

/** The disk is looked at no more often than this, in seconds. */
const LOOK_EVERY = 2;

/**
 * Keeps the trust of one configuration current. Whoever asks gets whole material at once; looks at the disk run beside
 * the requests, and what is new takes the place of what was there in one step, when all of it has been read and judged.
 * A bad file leaves what it held before, tells, and never makes anybody trusted.
 */
export class TrustKeeper {
  /** The same for the same configuration. */
  readonly id: string;
  private readonly sources: TrustSources;
  private inUse: TrustMaterial;
  private lookedAt: number;
  private looking: Promise<void> | undefined;
  private anew: Promise<void> | undefined;
  private told: ReadonlyMap<string, string> = new Map();

  /** @throws ConfigError as compileTrust: there is no start with bad material. */
  constructor(config: TrustConfig, now: number, id: string) {
    this.id = id;
    this.sources = new TrustSources(config, now);
    this.inUse = this.sources.material();
    this.lookedAt = now;
  }

  /** What is trusted now. */
  get material(): TrustMaterial {
    return this.inUse;
  }

  /** Why sources are not as they should be; empty when all are. */
  get failing(): readonly string[] {
    return [...this.sources.problems.values()];
  }

  /**
   * Starts a look at the disk when one is due at `now` (seconds). Answers what to wait for before judging: nothing, but
   * for the look that a new instance has asked for.
   */
  tend(now: number): Promise<void> | undefined {
    // A clock that was set back must not stop the looks.
    if (Math.abs(now - this.lookedAt) >= LOOK_EVERY) void this.look(now);
    return this.anew;
  }

  /** A new instance expects what is on disk now, as if it had read the files itself. */
  lookAnew(now: number): void {
    const before = this.looking ?? Promise.resolve();
    const anew = before
      .then(() => this.look(now))
      .finally(() => {
        if (this.anew === anew) this.anew = undefined;
      });
    this.anew = anew;
  }

  /** Looks at the disk and takes up what has changed. One look at a time; never rejects. */
  look(now: number): Promise<void> {
    this.lookedAt = now;
    this.looking ??= this.takeUp(now).finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  /** Until the looks that are on their way are over. */
  async settled(): Promise<void> {
    await this.anew;
    await this.looking;
  }

  private async takeUp(now: number): Promise<void> {
    if (await this.sources.look(now)) this.replace(this.sources.material());
    this.report();
  }

  private replace(material: TrustMaterial): void {
    if (material.id === this.inUse.id) return;
    this.inUse = material;
    const { anchors, certificates } = material.facts;
    const fields = { anchors: anchors.length, certificates: certificates.length };
    notify({ level: 'info', message: 'changed trust is in use', fields });
  }

  /** Told once per problem, not once per look. */
  private report(): void {
    const { problems } = this.sources;
    for (const [field, problem] of problems) {
      if (this.told.get(field) === problem) continue;
      notify({
        level: 'error',
        message: 'a source of trust cannot be used; what it held before stays in use',
        fields: { field, problem },
      });
    }
    this.told = problems;
  }
}
