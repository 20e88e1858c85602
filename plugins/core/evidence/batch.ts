import { isoTime, plainLine, type EvidenceItem, type Material } from './line';
import type { LineQueue, QueuedLine } from './queue';
import type { Recipient } from './recipient';
import { sealedLine } from './seal';

/** What a batch needs to know of the file it goes to, and of the world. */
export interface BatchPlace {
  /** Lines there was no room for, which nobody has told of yet. */
  readonly dropped: LineQueue['dropped'];
  /** Ids of the materials that the file has. */
  readonly known: ReadonlySet<string>;
  /** Seconds since the epoch. */
  readonly now: number;
  /** To whom lines are encrypted; undefined: in clear. */
  readonly recipient: Recipient | undefined;
}

/** Lines as they go to the disk in one write. */
export interface Batch {
  readonly text: Buffer;
  /** Ids of the materials in it that the file did not have. */
  readonly materials: readonly string[];
}

/** The lines, and ahead of them what was dropped and the materials that they refer to and the file lacks. */
export async function batchOf(
  lines: readonly QueuedLine[],
  { dropped, known, now, recipient }: BatchPlace,
): Promise<Batch> {
  const fresh = freshMaterials(lines, known);
  const ahead = [
    ...(dropped === undefined ? [] : [droppedItem(dropped, now)]),
    ...[...fresh].map(([id, content]) => materialItem(id, content, now)),
  ].map((item) => ({ item, text: plainLine(item) }));
  const sealed = await Promise.all([...ahead, ...lines].map(({ item, text }) => sealedLine(item, text, recipient)));
  return { text: Buffer.concat(sealed), materials: [...fresh.keys()] };
}

function freshMaterials(lines: readonly QueuedLine[], known: ReadonlySet<string>): Map<string, Material['content']> {
  const fresh = new Map<string, Material['content']>();
  for (const { materials } of lines) {
    for (const { id, content } of materials) if (!known.has(id)) fresh.set(id, content);
  }
  return fresh;
}

const materialItem = (id: string, content: Material['content'], at: number): EvidenceItem => ({
  requestId: undefined,
  part: 'material',
  at,
  content: { id, ...content },
});

const droppedItem = ({ count, since }: { count: number; since: number }, now: number): EvidenceItem => ({
  requestId: undefined,
  part: 'dropped',
  at: now,
  content: { count, since: isoTime(since) },
});
