import { createHash } from 'node:crypto';

/** Version of the line format; docs/evidence.md describes it. */
export const EVIDENCE_VERSION = 1;

/**
 * `request` and `answer` belong to one exchange; `material` is what several lines of the same file refer to (certificate
 * chains, keys); `dropped` says how many lines there was no room for; `removed` that a whole file was, and its hash.
 */
export type EvidencePart = 'request' | 'answer' | 'material' | 'dropped' | 'removed';

/** One line before it is written. */
export interface EvidenceItem {
  /** Kong's request id; undefined for what belongs to no single exchange. */
  readonly requestId: string | undefined;
  readonly part: EvidencePart;
  /** Seconds since the epoch. */
  readonly at: number;
  /** What modi-verify had found out was not known: of the exchange there is hardly more than that it was. */
  readonly incomplete?: boolean;
  /** Members beside the common ones. Header values are byte strings: one character for one byte. */
  readonly content: Readonly<Record<string, unknown>>;
}

/** Something many lines refer to by `id`, and which each file holds once, ahead of the first line that needs it. */
export interface Material {
  /** SHA-256 of what it is about, in hexadecimal. */
  readonly id: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/** A line, and what it refers to. */
export interface Evidence {
  readonly item: EvidenceItem;
  readonly materials?: readonly Material[];
}

/** RFC 3339 in UTC with milliseconds, `T` and `Z` (RAC_GEN_LOG_01). */
export const isoTime = (seconds: number): string => new Date(Math.round(seconds * 1000)).toISOString();

/** The members that stay readable when the line is encrypted. */
export const commonMembers = ({ requestId, part, at, incomplete }: EvidenceItem): Record<string, unknown> => ({
  v: EVIDENCE_VERSION,
  ...(requestId === undefined ? {} : { request_id: requestId }),
  part,
  at: isoTime(at),
  ...(incomplete === true ? { incomplete } : {}),
});

/** The line as text, without its line feed. */
export const plainLine = (item: EvidenceItem): string => JSON.stringify({ ...commonMembers(item), ...item.content });

/** How records refer to a line: SHA-256 of its bytes without the line feed, in hexadecimal. */
export const lineHash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
