import type { EvidenceItem, Material } from './line';

/** A line on its way to the disk. */
export interface QueuedLine {
  readonly item: EvidenceItem;
  /** The item as it reads in clear, without line feed. */
  readonly text: string;
  readonly materials: readonly Material[];
  /** Told once the line is on the disk, or cannot get there; absent when nobody waits. */
  readonly waiter: { resolve(): void; reject(error: Error): void } | undefined;
}

/** Most bytes of one write: what came later gets its turn. */
const BATCH_BYTES = 4 * 1024 * 1024;

/** The lines that wait, first come first served, bounded in bytes; and the count of those there was no room for. */
export class LineQueue {
  private readonly maxBytes: number;
  private lines: QueuedLine[] = [];
  private held = 0;
  private lost: { count: number; since: number } | undefined;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.held;
  }

  get isEmpty(): boolean {
    return this.lines.length === 0;
  }

  /** Whether there is nothing to write: no line, and no count of lines that had no room. */
  get isIdle(): boolean {
    return this.isEmpty && this.lost === undefined;
  }

  /** Whether anybody waits for a line. */
  get isAwaited(): boolean {
    return this.lines.some(({ waiter }) => waiter !== undefined);
  }

  get length(): number {
    return this.lines.length;
  }

  get dropped(): { readonly count: number; readonly since: number } | undefined {
    return this.lost;
  }

  /** False when there is no room. */
  push(line: QueuedLine): boolean {
    if (this.held + line.text.length > this.maxBytes) return false;
    this.lines.push(line);
    this.held += line.text.length;
    return true;
  }

  /** The next lines, at least one when there is any. They still count as held until `done`. */
  take(): readonly QueuedLine[] {
    let [end, bytes] = [0, 0];
    while (end < this.lines.length && (end === 0 || bytes < BATCH_BYTES)) bytes += this.lines[end++]?.text.length ?? 0;
    return this.lines.splice(0, end);
  }

  done(lines: readonly QueuedLine[]): void {
    for (const { text } of lines) this.held -= text.length;
  }

  /**
   * The lines taken last could not be written. Those that nobody waits for go back to the front; those that somebody
   * waits for, also the ones that came since, leave the queue and are answered.
   */
  failed(taken: readonly QueuedLine[]): readonly QueuedLine[] {
    const all = [...taken, ...this.lines];
    const awaited = all.filter(({ waiter }) => waiter !== undefined);
    this.lines = all.filter(({ waiter }) => waiter === undefined);
    this.done(awaited);
    return awaited;
  }

  /** One line, offered at `now` (seconds), had no room. */
  drop(now: number): void {
    this.lost = { count: (this.lost?.count ?? 0) + 1, since: this.lost?.since ?? now };
  }

  /** `count` drops have been told of. */
  told(count: number): void {
    if (this.lost !== undefined)
      this.lost = this.lost.count > count ? { ...this.lost, count: this.lost.count - count } : undefined;
  }
}
