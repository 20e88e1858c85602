import type { Members } from '../chain';
import { refKey, type EvidencePositions, type EvidenceRef } from './evidence-index';
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
  /** Lines of the evidence store that the chain refers to. */
  readonly chained = new Set<string>();
  evidence: EvidencePositions = {};

  /** Takes in a record of the chain, in order. */
  see(kind: string, members: Members): void {
    if (kind === 'checkpoint') this.restart(members['position'] as Position | undefined);
    const source = members['source'] as SpoolSource | undefined;
    if (source !== undefined) advance(this.spool, source);
    const refs = (members['evidence'] as readonly EvidenceRef[] | undefined) ?? [];
    for (const ref of refs) this.chained.add(refKey(ref));
    const id = members['id'] ?? (members['record'] as Members | undefined)?.['id'];
    if (typeof id !== 'string') return;
    if (kind === 'access') this.ids.add(id);
    if (kind === 'orphan') this.orphans.add(id);
  }

  private restart(position: Position | undefined): void {
    this.evidence = position?.evidence ?? this.evidence;
    for (const [file, end] of position?.spool ?? []) advance(this.spool, { file, end });
  }
}

/** What a checkpoint says of the sources: all before it is in the chain, once. */
// An alias, not an interface: it is the member of a record, whose names are open.
export type Position = {
  readonly spool: readonly (readonly [file: string, end: number])[];
  readonly evidence: EvidencePositions;
};
