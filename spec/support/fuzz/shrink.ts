import type { FuzzTarget, Input } from './target';

const MOST_TRIES = 2000;

/** What an input does wrong, in one line without its bytes; undefined when nothing is wrong. */
export async function faultOf(target: FuzzTarget, input: Input): Promise<string | undefined> {
  try {
    await target.judge(input);
    return undefined;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : `thrown: ${String(error)}`;
  }
}

/** A smaller input with the same kind of fault: parts and pieces of parts are left out, in halves, as long as it lasts. */
export async function shrunk(target: FuzzTarget, input: Input, fault: string): Promise<Input> {
  let [best, tries] = [input, 0];
  for (let found = true; found;) {
    found = false;
    for (const smaller of smallerThan(best)) {
      tries += 1;
      if (tries > MOST_TRIES) return best;
      if (sameKind(await faultOf(target, smaller), fault)) {
        best = smaller;
        found = true;
        break;
      }
    }
  }
  return best;
}

/** Messages repeat the input: what stands before the first colon but one tells the kind. */
const sameKind = (one: string | undefined, other: string): boolean =>
  one !== undefined && one.split(':').slice(0, 2).join() === other.split(':').slice(0, 2).join();

function* smallerThan(input: Input): Generator<Input> {
  for (let index = 0; index < input.length; index += 1) yield input.toSpliced(index, 1);
  for (const [index, part] of input.entries()) {
    for (let size = part.bytes.length >> 1; size > 0; size >>= 1) {
      for (let at = 0; at + size <= part.bytes.length; at += size) {
        const bytes = Buffer.concat([part.bytes.subarray(0, at), part.bytes.subarray(at + size)]);
        yield input.with(index, { ...part, bytes });
      }
    }
  }
}
