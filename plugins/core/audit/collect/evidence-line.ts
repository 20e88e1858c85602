import type { Members } from '../chain';

/** What the collector reads of a line of the evidence store. */
export interface EvidenceLine {
  /** The exchange it belongs to; undefined when it belongs to no single one. */
  readonly id: string | undefined;
  readonly part: string;
  /** Milliseconds since the epoch; 0 when the line does not say. */
  readonly time: number;
  /** modi-audit says that it did not know what the evidence is about. */
  readonly incomplete: boolean;
  /** What a line about the store itself says: what there was no room for, which file was removed. */
  readonly facts: Members | undefined;
}

// What is no UTF-8 names nobody: two such ids would read alike.
const FRAME =
  /^\{"v":1,(?:"request_id":"([^"\\\ufffd]{1,128})",)?"part":"([a-z_]{1,20})","at":"([^"\\]{1,40})"(,"incomplete":true)?/;
const FRAME_BYTES = 300;

/** Parts that tell of the store itself, with the members that the chain takes over. */
const FACTS: Readonly<Record<string, readonly string[]>> = {
  dropped: ['count', 'since'],
  removed: ['file', 'bytes', 'sha256', 'lines', 'exchanges', 'from', 'to', 'retention'],
};

/** Reads a line as far as the chain needs it. One that is none of the store's has the part `unreadable`. */
export function readEvidenceLine(bytes: Buffer): EvidenceLine {
  const [, id, part = 'unreadable', at = '', incomplete] = FRAME.exec(bytes.toString('utf8', 0, FRAME_BYTES)) ?? [];
  return { id, part, time: Date.parse(at) || 0, incomplete: incomplete !== undefined, facts: factsOf(bytes, part, at) };
}

function factsOf(bytes: Buffer, part: string, at: string): Members | undefined {
  const names = Object.hasOwn(FACTS, part) ? FACTS[part] : undefined;
  if (names === undefined) return undefined;
  try {
    const members = JSON.parse(bytes.toString('utf8')) as Members;
    const told = names.flatMap((name) => (Object.hasOwn(members, name) ? [[name, members[name]] as const] : []));
    return { ...Object.fromEntries(told), told_at: at };
  } catch (error) {
    // Damaged behind its frame: the chain refers to its bytes, and takes nothing from it.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
