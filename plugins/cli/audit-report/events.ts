import { numberAt } from '../audit';

/** Records of a chain that are no requests, and what an auditor asks about them. */
export interface Events {
  /** Collectors that began. */
  readonly starts: number;
  /** Parts of Kong's log that were gone before they were read. */
  readonly gaps: number;
  /** Lines of Kong's log that are no records. */
  readonly unreadable: number;
  /** Exchanges of which there is only evidence. */
  readonly orphans: number;
  /** Lines of evidence that modi-audit had no room for. */
  readonly dropped_lines: number;
  /** Files of evidence that were removed after their retention. */
  readonly removed_files: number;
  readonly timestamps: number;
}

const NAMES: Readonly<Record<string, keyof Events>> = {
  start: 'starts',
  gap: 'gaps',
  unreadable: 'unreadable',
  orphan: 'orphans',
  dropped: 'dropped_lines',
  removed: 'removed_files',
  timestamp: 'timestamps',
};

/** Whether records of the kind are counted. */
export const isEvent = (kind: string): boolean => Object.hasOwn(NAMES, kind);

export class EventCounter {
  private readonly counts: Record<keyof Events, number> = {
    starts: 0,
    gaps: 0,
    unreadable: 0,
    orphans: 0,
    dropped_lines: 0,
    removed_files: 0,
    timestamps: 0,
  };

  add(kind: string, members: unknown): void {
    const name = Object.hasOwn(NAMES, kind) ? NAMES[kind] : undefined;
    if (name === undefined) return;
    this.counts[name] += kind === 'dropped' ? (numberAt(members, 'count') ?? 1) : 1;
  }

  events(): Events {
    return { ...this.counts };
  }
}
