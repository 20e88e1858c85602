import { sha256, type NewRecord } from '../chain';
import {
  accessRecord,
  evidenceDue,
  exchangeIdOf,
  finishedAt,
  parseKongLine,
  startedAt,
  type AccessRecord,
  type EvidenceDue,
} from '../record';
import type { SpoolGap, SpoolLine, SpoolSource } from './spool';

/** A line of the spool that waits for its evidence, or for its turn. */
export interface Waiting {
  readonly kind: 'waiting';
  /** Undefined for a line that is no record of Kong's. */
  readonly exchange: WaitingExchange | undefined;
  readonly source: SpoolSource;
  /** Hash and length of the line. */
  readonly raw: { readonly sha256: string; readonly bytes: number };
}

/** What is kept of a request until its record is written. */
export interface WaitingExchange {
  readonly id: string;
  /** Not redacted yet. */
  readonly record: AccessRecord;
  readonly due: EvidenceDue;
  /** When the request came, and from when on its record waits for evidence: milliseconds since the epoch. */
  readonly begun: number;
  readonly since: number;
}

/** `now` in milliseconds since the epoch: a line from the future waits no longer than one of now. */
export function waitingOf({ bytes, source }: SpoolLine, now: number): Waiting {
  const raw = { sha256: sha256(bytes), bytes: bytes.length };
  const line = parseKongLine(bytes);
  if (line === undefined) return { kind: 'waiting', exchange: undefined, source, raw };
  // Kong before 3.5 has no ids of its own: of what modi-verify has not seen there, its place in the spool is the id.
  const id = exchangeIdOf(line) ?? `${source.file}-${source.end}`;
  const record = accessRecord(line, id);
  const since = Math.min(now, finishedAt(line));
  const exchange = { id, record, due: evidenceDue(line), begun: startedAt(line), since };
  return { kind: 'waiting', exchange, source, raw };
}

export const unreadableRecord = ({ raw, source }: Waiting): NewRecord => ({
  kind: 'unreadable',
  members: { ...raw, source },
});

export const gapRecord = ({ source, bytes }: SpoolGap): NewRecord => ({
  kind: 'gap',
  members: { ...(bytes === undefined ? {} : { bytes }), source },
});
