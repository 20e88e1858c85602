import { setTimeout as pause } from 'node:timers/promises';
import type { ChainEntry } from '../chain';

/** A record as a far end gets it. */
export interface Item {
  /** node/seq/hash: the same for ever, by which the far end knows a record that comes again. */
  readonly id: string;
  readonly entry: ChainEntry;
  /** JSON, one line: `id`, `node`, and `entry`, the line of the chain. */
  readonly text: string;
}

export interface BatchLimits {
  readonly size: number;
  readonly delayMs: number;
  /** The first batch ends with this record: it was sent before in these bounds. */
  readonly first?: number | undefined;
}

const MOST_CHARACTERS = 1_048_576;

/** Entries in batches, in order, bounded in number, characters and time. */
export async function* inBatches(
  entries: AsyncGenerator<ChainEntry>,
  limits: BatchLimits,
): AsyncGenerator<readonly Item[]> {
  let { first } = limits;
  let next = expected(entries);
  for (;;) {
    const one = await next;
    if (one.done === true) return;
    const batch = [itemOf(one.value)];
    next = expected(entries);
    const timer = new AbortController();
    const due = pause(limits.delayMs, undefined, { signal: timer.signal }).catch(() => undefined);
    let length = batch[0]?.text.length ?? 0;
    const isFull = (): boolean =>
      first === undefined
        ? batch.length >= limits.size || length >= MOST_CHARACTERS
        : (batch.at(-1)?.entry.seq ?? 0) >= first;
    try {
      while (!isFull()) {
        const more = await (first === undefined ? Promise.race([next, due]) : next);
        if (more === undefined || more.done === true) break;
        const item = itemOf(more.value);
        batch.push(item);
        length += item.text.length;
        next = expected(entries);
      }
    } finally {
      timer.abort();
    }
    first = undefined;
    yield batch;
  }
}

/** What comes next. Its failure is met when it is awaited, and is no unhandled one until then. */
function expected(entries: AsyncGenerator<ChainEntry>): Promise<IteratorResult<ChainEntry, unknown>> {
  const next = entries.next();
  next.catch(() => undefined);
  return next;
}

function itemOf(entry: ChainEntry): Item {
  const { node, seq, hash, members } = entry;
  const id = `${node}/${seq}/${hash}`;
  return { id, entry, text: JSON.stringify({ id, node, entry: members }) };
}
