import { ConfigError } from '../schema';
import { assemble } from './assemble';
import type { Certificate } from './certificate';
import { anchorReader, pinnedReader } from './configured-certificates';
import { asciiText } from './refusals';
import type { TrustConfig, TrustMaterial } from './types';
import { WatchedSource } from './watched-source';

/** The configured sources of one trust, with what they hold. */
export class TrustSources {
  private readonly anchors: readonly WatchedSource<readonly Certificate[]>[];
  private readonly pinned: readonly WatchedSource<readonly Certificate[]>[];
  private readonly config: TrustConfig;

  /**
   * Reads and judges all of it at `now` (seconds since the epoch).
   * @throws ConfigError as compileTrust.
   */
  constructor(config: TrustConfig, now: number) {
    const { fieldPrefix: prefix = 'trust', password, extendedKeyUsage } = config;
    refuseUsages(extendedKeyUsage, `${prefix}.extended_key_usage`);
    this.config = config;
    const watched = (values: readonly string[] | null, field: string, read: ReturnType<typeof anchorReader>) =>
      (values ?? []).map((value, index) => new WatchedSource(value, `${field}[${index + 1}]`, read, now));
    this.anchors = watched(config.anchors, `${prefix}.anchors`, anchorReader(password));
    this.pinned = watched(config.certificates, `${prefix}.certificates`, pinnedReader(password, extendedKeyUsage));
    if (this.all.length === 0 && config.isPartial !== true) {
      throw new ConfigError(prefix, 'nothing is trusted: set at least one of anchors, certificates and jwks');
    }
  }

  /** What they hold, compiled. */
  material(): TrustMaterial {
    const { maxChain, extendedKeyUsage } = this.config;
    const anchors = this.anchors.flatMap(({ contents }) => contents.flat());
    const pinned = this.pinned.flatMap(({ contents }) => contents.flat());
    return assemble({ anchors, pinned, maxChain, extendedKeyUsage });
  }

  /** Looks at the disk at `now`. Answers whether anything has changed. Never rejects. */
  async look(now: number): Promise<boolean> {
    const changes = await Promise.all(this.all.map((source) => source.look(now)));
    return changes.includes(true);
  }

  /** By field, why what is on disk is not what is in use. */
  get problems(): ReadonlyMap<string, string> {
    return new Map(
      this.all.flatMap(({ field, problem }) => (problem === undefined ? [] : [[field, problem] as const])),
    );
  }

  private get all(): readonly WatchedSource<readonly Certificate[]>[] {
    return [...this.anchors, ...this.pinned];
  }
}

const OBJECT_IDENTIFIER = /^[0-2](\.\d+)+$/;

function refuseUsages(usages: readonly string[] | null, field: string): void {
  if (usages === null) return;
  if (usages.length === 0) throw new ConfigError(field, 'is empty; leave it out to accept any usage');
  const index = usages.findIndex((oid) => !OBJECT_IDENTIFIER.test(oid));
  if (index < 0) return;
  throw new ConfigError(`${field}[${index + 1}]`, `"${asciiText(usages[index] ?? '')}" is no dotted object identifier`);
}
