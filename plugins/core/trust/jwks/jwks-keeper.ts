import { createHash } from 'node:crypto';
import { atMost, LONGEST_WAIT_MS } from '../../at-most';
import { VerificationError } from '../../errors';
import { notify } from '../../notices';
import { ConfigError } from '../../schema';
import type { Signer, TrustMaterial } from '../types';
import { WatchedSource } from '../watched-source';
import { signerOfKey } from './key-signer';
import { contentOf, readJwks, type JwkSet } from './read-jwks';
import type { JwksConfig, KeySource, TrustedKey } from './types';
import { JwksUrlSource } from './url-source';

/** The disk is looked at no more often than this, in seconds. */
const LOOK_EVERY = 2;

/** Keeps the JWK Sets of one configuration current, and finds signers by kid in what is in hand. */
export class JwksKeeper {
  private readonly files: readonly WatchedSource<JwkSet>[];
  private readonly urls: readonly JwksUrlSource[];
  private readonly sources: readonly KeySource[];
  private readonly told = new Map<string, string>();
  private versioned: { readonly sets: readonly (readonly JwkSet[])[]; readonly hash: string } = { sets: [], hash: '' };
  private lookedAt: number;
  private looking: Promise<void> | undefined;

  /** @throws ConfigError for a file that is no good set, a URL that is not of https, two keys of one kid. */
  constructor(config: JwksConfig, field: string, now: number) {
    const named = config.sources.map((value, index) => [value, `${field}[${index + 1}]`] as const);
    this.files = named
      .filter(([value]) => !isUrl(value))
      .map(([value, name]) => new WatchedSource(value, name, readerOf(config), now));
    this.urls = named
      .filter(([value]) => isUrl(value))
      .map(([value, name]) => new JwksUrlSource(urlOf(value, name), config));
    this.sources = [...this.files.map(sourceOf), ...this.urls];
    this.lookedAt = now;
    refuseTwins(this.files, field);
    this.tend(now);
  }

  /**
   * The signer that a kid names, at `now` (seconds since the epoch); the anchors of `material` have a say about its
   * certificate's revocation.
   *
   * @throws VerificationError MODI_KEY_UNKNOWN; MODI_KEY_SOURCE_DOWN when a source that might know it is not in hand;
   * MODI_CERTIFICATE_EXPIRED, _NOT_YET_VALID for the certificate of a key.
   */
  byKid(kid: string, material: TrustMaterial, now: number): Signer {
    const usable = this.sources.filter((source) => source.isUsable(now));
    const found = usable.flatMap((source) => source.find(kid) ?? []);
    const [key, ...more] = found;
    if (key !== undefined && more.every(({ thumbprint }) => thumbprint === key.thumbprint)) {
      return signerOfKey(key, material, now);
    }
    if (key === undefined && usable.length < this.sources.length) throw new VerificationError('MODI_KEY_SOURCE_DOWN');
    throw new VerificationError('MODI_KEY_UNKNOWN', { found: kid.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 100) });
  }

  /** Hash of all that is in hand: the same for the same content, wherever it is. */
  get version(): string {
    const sets = this.sources.map((source) => source.sets);
    if (!sets.every((one, index) => one === this.versioned.sets[index])) this.versioned = { sets, hash: hashOf(sets) };
    return this.versioned.hash;
  }

  /** What to wait for before a kid is looked up at `now`; undefined, as nearly always: it is in hand. */
  prepare(kid: string, now: number): Promise<void> | undefined {
    if (this.sources.some((source) => source.isUsable(now) && source.find(kid) !== undefined)) return undefined;
    const wanted = this.urls.flatMap((source) => source.wanted(now) ?? []);
    return wanted.length === 0 ? undefined : atMost(LONGEST_WAIT_MS, Promise.all(wanted));
  }

  /** Starts what is due at `now`, and waits for nothing. */
  tend(now: number): void {
    for (const source of this.urls) source.tend(now);
    if (Math.abs(now - this.lookedAt) >= LOOK_EVERY) void this.look(now);
  }

  /** Looks at the disk and takes up what has changed; starts due fetches. Never rejects. */
  look(now: number): Promise<void> {
    this.lookedAt = now;
    for (const source of this.urls) source.tend(now);
    this.looking ??= this.lookAtFiles(now).finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  /** Until what is on its way has arrived or failed. */
  async settled(): Promise<void> {
    await this.looking;
    await Promise.all(this.urls.map((source) => source.settled()));
  }

  /** Why sources are not as they should be; empty when all are. */
  get failing(): readonly string[] {
    return [...this.files, ...this.urls].flatMap(({ problem }) => problem ?? []);
  }

  /** When each set behind a URL was fetched, in seconds since the epoch. */
  get fetchTimes(): readonly number[] {
    return this.urls.flatMap(({ heldSince }) => heldSince ?? []);
  }

  private async lookAtFiles(now: number): Promise<void> {
    const changes = await Promise.all(this.files.map((source) => source.look(now)));
    if (changes.includes(true)) notify({ level: 'info', message: 'changed JWK Sets are in use' });
    for (const { field, problem } of this.files) this.report(field, problem);
  }

  /** Told once per problem, not once per look. */
  private report(field: string, problem: string | undefined): void {
    if (problem === undefined) this.told.delete(field);
    else if (this.told.get(field) !== problem) {
      this.told.set(field, problem);
      const message = 'a source of trust cannot be used; what it held before stays in use';
      notify({ level: 'error', message, fields: { field, problem } });
    }
  }
}

/** The order of the sources is the configuration's; that of the files in a folder, and of the keys in a set, says nothing. */
const hashOf = (sources: readonly (readonly JwkSet[])[]): string =>
  createHash('sha256')
    .update(JSON.stringify(sources.map((sets) => sets.map(contentOf).toSorted())))
    .digest('base64url');

const isUrl = (value: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(value);

function urlOf(value: string, field: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol === 'https:' && url.username === '') return url;
  throw new ConfigError(field, `"${value}" is no URL of https without credentials`);
}

const readerOf =
  ({ extendedKeyUsage }: JwksConfig) =>
  ({ bytes, origin }: { readonly bytes: Buffer; readonly origin: string }): JwkSet =>
    readJwks(bytes, origin, extendedKeyUsage);

/** What is in a file counts until the file changes. */
const sourceOf = (file: WatchedSource<JwkSet>): KeySource => ({
  get sets() {
    return file.contents;
  },
  find: (kid) => file.contents.map(({ keys }) => keys.get(kid)).find((key) => key !== undefined),
  isUsable: () => true,
});

/** Whose key would it be? At the start that is a mistake to mend; later, nobody's. */
function refuseTwins(files: readonly WatchedSource<JwkSet>[], field: string): void {
  const known = new Map<string, TrustedKey>();
  for (const key of files.flatMap(({ contents }) => contents.flatMap(({ keys }) => [...keys.values()]))) {
    const twin = known.get(key.kid);
    if (twin !== undefined && twin.thumbprint !== key.thumbprint) {
      throw new ConfigError(field, `two sets hold different keys of the kid "${key.kid}"`);
    }
    known.set(key.kid, key);
  }
}
