import type { Random } from './random';

type Mutator = (bytes: Buffer, random: Random, other: Buffer) => Buffer;

const EDGES = [0x00, 0x01, 0x0a, 0x0d, 0x20, 0x22, 0x2e, 0x30, 0x7f, 0x80, 0xff];
const NUMBERS = ['00000000', '7fffffff', '80000000', 'ffffffff', '0000ffff', '00010000', 'ffffff7f'];

const spliced = (bytes: Buffer, at: number, remove: number, insert: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]);

const MUTATORS: readonly Mutator[] = [
  // One bit.
  (bytes, random) => changed(bytes, random.below(bytes.length), (byte) => byte ^ (1 << random.below(8))),
  // One byte, to an edge of what bytes can be.
  (bytes, random) => changed(bytes, random.below(bytes.length), () => random.pick(EDGES)),
  // Some bytes go, come, or come instead.
  (bytes, random) => spliced(bytes, random.below(bytes.length), 1 + random.below(8), Buffer.alloc(0)),
  (bytes, random) => spliced(bytes, random.below(bytes.length + 1), 0, random.bytes(1 + random.below(8))),
  (bytes, random) => spliced(bytes, random.below(bytes.length), random.below(8), random.bytes(random.below(8))),
  // A number of four bytes.
  (bytes, random) => spliced(bytes, random.below(bytes.length), 4, Buffer.from(random.pick(NUMBERS), 'hex')),
  // Cut off, in front or behind.
  (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
  (bytes, random) => bytes.subarray(1 + random.below(bytes.length)),
  // A piece of another good sample, at its place or anywhere.
  (bytes, random, other) => {
    const at = random.below(Math.min(bytes.length, other.length));
    return Buffer.concat([bytes.subarray(0, at), other.subarray(at)]);
  },
  (bytes, random, other) => {
    const from = random.below(other.length);
    const piece = other.subarray(from, from + 1 + random.below(64));
    return spliced(bytes, random.below(bytes.length + 1), random.below(64), piece);
  },
  // A piece again, and again.
  (bytes, random) => {
    const from = random.below(bytes.length);
    const piece = bytes.subarray(from, from + 1 + random.below(32));
    const times = random.oneIn(20) ? 1 + random.below(2000) : 1 + random.below(4);
    return spliced(bytes, from, 0, Buffer.concat(Array.from({ length: times }, () => piece)));
  },
  // Two halves change places.
  (bytes, random) => {
    const at = random.below(bytes.length);
    return Buffer.concat([bytes.subarray(at), bytes.subarray(0, at)]);
  },
  // Nothing is left of it.
  (_, random) => random.bytes(random.below(80)),
];

function changed(bytes: Buffer, at: number, change: (byte: number) => number): Buffer {
  const copy = Buffer.from(bytes);
  if (at < copy.length) copy[at] = change(copy[at] ?? 0);
  return copy;
}

/** A sample with one to four edits that know nothing of its form; `other` is a second good one to cut from. */
export function mutatedBytes(bytes: Buffer, random: Random, other = bytes): Buffer {
  let result = bytes;
  for (let left = 1 + (random.oneIn(3) ? random.below(4) : 0); left > 0; left -= 1) {
    result = random.pick(MUTATORS)(result, random, other);
  }
  return result;
}
