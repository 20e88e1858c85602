import { tableOf } from '../record';
import type { Members } from '../chain';
import { DroppedTimes } from './dropped-times';
import type { EvidencePositions, EvidenceRef, EvidenceStart } from './evidence-index';
import { advance, type SpoolPositions, type SpoolSource } from './spool';

/** More ids than that a repeated line is not away from its first, and more lines not behind a checkpoint. */
const MOST_IDS = 200_000;

/** A set that forgets what it was told first. */
export class RecentSet {
  private readonly items = new Set<string>();

  add(item: string): void {
    this.items.add(item);
    if (this.items.size <= MOST_IDS) return;
    for (const first of this.items) {
      this.items.delete(first);
      return;
    }
  }

  has(item: string): boolean {
    return this.items.has(item);
  }
}

/**
 * What a collector knows of its past, read back from the chain itself: there is no other state, so that what is in the
 * chain and where reading goes on can never disagree.
 */
export class Recall {
  /** How far the spool is in the chain. */
  readonly spool: SpoolPositions = new Map();
  /** Requests that have a record. */
  readonly ids = new RecentSet();
  /** Requests that have only the record of their evidence. */
  readonly orphans = new RecentSet();
  /** Times in which evidence had no room. */
  readonly dropped = new DroppedTimes();
  /** Lines of the evidence store that the records read back refer to. */
  private readonly chained = new Map<string, Set<number>>();
  private readonly from = new Map<string, number>();
  private since: number | undefined;

  /** Where reading of the evidence begins, and which lines behind that are in the chain. */
  evidenceStart(): EvidenceStart {
    const { since = 0 } = this;
    const from = this.places();
    const behind = [...this.chained].map(
      ([file, offsets]) => [file, new Set([...offsets].filter((offset) => offset >= (from[file] ?? 0)))] as const,
    );
    return { from, since, chained: new Map(behind) };
  }

  /** The same as a checkpoint has it, before anything was read. */
  position(): Position {
    const { since } = this;
    return {
      spool: [...this.spool],
      evidence: this.places(),
      ...(since === undefined ? {} : { evidence_since: since }),
    };
  }

  /** Takes in a record of the chain, in order. */
  see(kind: string, members: Members): void {
    if (kind === 'checkpoint') this.restart(members['position'] as Position | undefined);
    const source = members['source'] as SpoolSource | undefined;
    if (source !== undefined) advance(this.spool, source);
    const refs = (members['evidence'] as readonly EvidenceRef[] | undefined) ?? [];
    for (const { file, offset } of refs) {
      this.chained.set(file, (this.chained.get(file) ?? new Set()).add(offset));
    }
    if (kind === 'dropped') this.dropped.add(members['since'], members['told_at']);
    const id = members['id'] ?? (members['record'] as Members | undefined)?.['id'];
    if (typeof id !== 'string') return;
    if (kind === 'access') this.ids.add(id);
    if (kind === 'orphan') this.orphans.add(id);
  }

  private places(): EvidencePositions {
    return Object.fromEntries(this.from);
  }

  private restart(position: Position | undefined): void {
    for (const [file, place] of Object.entries(position?.evidence ?? {})) this.from.set(file, place);
    this.since = position?.evidence_since ?? this.since;
    for (const [file, end] of position?.spool ?? []) advance(this.spool, { file, end });
  }
}

/** Where the sources are: all before that is in the chain, once. */
// An alias, not an interface: it is the member of a record, whose names are open.
export type Position = {
  readonly spool: readonly (readonly [file: string, end: number])[];
  readonly evidence: EvidencePositions;
  /** Only records after this one refer to lines behind those places. */
  readonly evidence_since?: number;
};

/**
 * What a checkpoint says of a position when the one before it was made at `before`: of the evidence only the files whose
 * place is another. There are as many files as the retention keeps, and few of them are written.
 */
export function changesOf(position: Members, before: Members): Members {
  const known = tableOf(before['evidence']);
  const changed = Object.entries(tableOf(position['evidence'])).filter(([file, place]) => known[file] !== place);
  return { ...position, evidence: Object.fromEntries(changed) };
}

/** The record after which a chain must be read back for a collector to know what it has done; undefined: not said. */
export function reachOf(position: unknown): number | undefined {
  const since = (position as Partial<Position> | undefined)?.evidence_since;
  return typeof since === 'number' ? since : undefined;
}
