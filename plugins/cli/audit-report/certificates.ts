import { textAt } from '../audit';

/** A caller's certificate, as the records have it. */
export interface Certificate {
  /** x5t#S256. */
  readonly sha256: string;
  readonly subject: string | null;
  /** The caller by the strongest word there is. */
  readonly consumer: string | null;
  /** RFC 3339. */
  readonly expires: string;
  /** When a request last came with it, RFC 3339. */
  readonly last_seen: string | null;
}

/** Collects the certificates of callers; of one and the same the latest use counts. */
export class Certificates {
  private readonly known = new Map<string, Certificate>();

  add(record: unknown, consumer: string | null): void {
    const sha256 = textAt(record, 'key', 'certificate_sha256');
    const expires = textAt(record, 'key', 'certificate_not_after');
    if (sha256 === undefined || expires === undefined) return;
    const seen = textAt(record, 'time', 'accepted') ?? null;
    const before = this.known.get(sha256);
    if (before !== undefined && (before.last_seen ?? '') >= (seen ?? '')) return;
    const subject = textAt(record, 'key', 'certificate_subject') ?? null;
    this.known.set(sha256, { sha256, subject, consumer, expires, last_seen: seen });
  }

  /** The first to expire first. */
  list(): readonly Certificate[] {
    return [...this.known.values()].sort((one, other) =>
      one.expires === other.expires ? (one.sha256 < other.sha256 ? -1 : 1) : one.expires < other.expires ? -1 : 1,
    );
  }
}
