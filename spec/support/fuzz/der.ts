import { mutatedBytes } from './bytes';
import type { Random } from './random';

/** An element of DER as a tree: the parts of a constructed one, or the content of a primitive one. */
interface Node {
  readonly tag: number;
  readonly content: Buffer | readonly Node[];
}

/** The least octets that say a length, as DER wants it. */
function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const hex = length.toString(16);
  const octets = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return Buffer.concat([Buffer.of(0x80 | octets.length), octets]);
}

const encoded = (tag: number, content: Buffer, length = lengthOf(content.length)): Buffer =>
  Buffer.concat([Buffer.of(tag), length, content]);

/** The elements of bytes that are whole elements one after the other; undefined when they are not. */
function nodesIn(bytes: Buffer): readonly Node[] | undefined {
  const nodes: Node[] = [];
  for (let at = 0; at < bytes.length;) {
    const [tag = 0, first = 0] = bytes.subarray(at, at + 2);
    const octets = first < 0x80 ? 0 : first & 0x7f;
    if (first === 0x80 || octets > 4 || at + 2 + octets > bytes.length) return undefined;
    const length = octets === 0 ? first : bytes.readUIntBE(at + 2, octets);
    const start = at + 2 + octets;
    if (start + length > bytes.length) return undefined;
    nodes.push(nodeOf(tag, bytes.subarray(start, start + length)));
    at = start + length;
  }
  return nodes;
}

/** Octet and bit strings often hold elements too: what can be opened is opened. */
function nodeOf(tag: number, content: Buffer): Node {
  const opened = (tag & 0x20) !== 0 || (tag === 0x04 && content.length > 2) ? nodesIn(content) : undefined;
  return { tag, content: opened ?? content };
}

/** A sample taken apart: its outermost elements, and all of them. */
interface Tree {
  readonly roots: readonly Node[];
  readonly all: readonly Node[];
}

const trees = new WeakMap<Buffer, Tree>();

function treeOf(der: Buffer): Tree {
  const known = trees.get(der);
  if (known !== undefined) return known;
  const roots = nodesIn(der) ?? [];
  const tree = { roots, all: flat(roots) };
  trees.set(der, tree);
  return tree;
}

const flat = (nodes: readonly Node[]): readonly Node[] =>
  nodes.flatMap((node) => [node, ...(Buffer.isBuffer(node.content) ? [] : flat(node.content))]);

/** The bytes of a tree in which one element became something else; the lengths around it fit. */
function withReplaced(node: Node, target: Node | undefined, replacement: Buffer): Buffer {
  if (node === target) return replacement;
  const { content } = node;
  return encoded(
    node.tag,
    Buffer.isBuffer(content)
      ? content
      : Buffer.concat(content.map((child) => withReplaced(child, target, replacement))),
  );
}

const whole = (node: Node): Buffer => withReplaced(node, undefined, Buffer.alloc(0));
const inside = (node: Node): Buffer =>
  Buffer.isBuffer(node.content) ? node.content : Buffer.concat(node.content.map(whole));

const TAGS = [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0a, 0x0c, 0x13, 0x17, 0x18, 0x1e, 0x30, 0x31, 0x80, 0x82, 0xa0];
const LENGTHS = [
  '80',
  '8100',
  '817f',
  '820001',
  '84ffffffff',
  '847fffffff',
  '850000000001',
  '88ffffffffffffffff',
  'ff',
];
const TEXTS = [
  '\u0000',
  'a\u0000b',
  '\ud83d\ude00',
  '*.example',
  '(){}[]<>"\\;,+#=',
  '\r\nSet-Cookie: a=b',
  'x'.repeat(3000),
  '-----BEGIN CERTIFICATE-----',
];
const TIMES = [
  '991231235959Z',
  '000000000000Z',
  '260230000000Z',
  '20260101000000.5Z',
  '99991231235960Z',
  '2601010000+0100',
];

type Mutator = (node: Node, random: Random, other: readonly Node[]) => Buffer;

const MUTATORS: readonly Mutator[] = [
  // The length says something else: longer or shorter forms, none, more than there is, beyond every number.
  (node, random) => encoded(node.tag, inside(node), Buffer.from(random.pick(LENGTHS), 'hex')),
  (node, random) => encoded(node.tag, inside(node), lengthOf(Math.max(0, inside(node).length + random.below(9) - 4))),
  (node) => encoded(node.tag, inside(node), longForm(inside(node).length)),
  (node) => encoded(node.tag, Buffer.concat([inside(node), Buffer.alloc(2)]), Buffer.of(0x80)),
  // Another type.
  (node, random) => encoded(random.pick(TAGS), inside(node)),
  (node, random) => encoded(node.tag ^ random.pick([0x20, 0x40, 0x80]), inside(node)),
  (node, random) => Buffer.concat([Buffer.of(node.tag | 0x1f), random.bytes(1 + random.below(6)), inside(node)]),
  // It is not there, there twice, there often, or something else is there.
  () => Buffer.alloc(0),
  (node) => Buffer.concat([whole(node), whole(node)]),
  (node, random) => Buffer.concat(Array.from({ length: random.below(60) }, () => whole(node))),
  (_, random, other) => whole(random.pick(other)),
  (node, random, other) => Buffer.concat([whole(node), whole(random.pick(other))]),
  // Integers and bit strings beyond what anybody means.
  (node, random) =>
    encoded(node.tag, Buffer.alloc(random.pick([0, 1, 9, 21, 257, 3000]), random.pick([0x00, 0x7f, 0xff]))),
  (node) => encoded(node.tag, Buffer.concat([Buffer.of(0), inside(node)])),
  // Deep.
  (node, random) => nested(whole(node), random.oneIn(10) ? 1 + random.below(3000) : 1 + random.below(40), random),
  // Texts and times.
  (_, random) => encoded(random.pick([0x0c, 0x13, 0x16, 0x1e, 0x82, 0x86]), Buffer.from(random.pick(TEXTS))),
  (_, random) => encoded(random.pick([0x17, 0x18]), Buffer.from(random.pick(TIMES))),
  // Identifiers with arcs without end.
  (_, random) => encoded(0x06, Buffer.alloc(1 + random.below(40), random.pick([0x80, 0xff, 0x2a]))),
  // What it holds, edited blindly.
  (node, random) => encoded(node.tag, mutatedBytes(inside(node), random)),
];

/** A length in one octet more than it needs. */
function longForm(length: number): Buffer {
  const shortest = lengthOf(length);
  const octets = shortest.length === 1 ? shortest : shortest.subarray(1);
  return Buffer.concat([Buffer.of(0x80 | (octets.length + 1), 0), octets]);
}

function nested(der: Buffer, depth: number, random: Random): Buffer {
  const tag = random.pick([0x30, 0x31, 0xa0, 0x24]);
  if (random.oneIn(2)) {
    const [open, close] = [Buffer.from([tag, 0x80]), Buffer.alloc(2)];
    return Buffer.concat([
      ...Array.from({ length: depth }, () => open),
      der,
      ...Array.from({ length: depth }, () => close),
    ]);
  }
  let result = der;
  for (let level = 0; level < Math.min(depth, 300); level += 1) result = encoded(tag, result);
  return result;
}

/**
 * A sample of DER with one element, at any depth, become something else, the lengths around it made to fit; now and
 * then edited blindly instead. `other` is a second good sample to take elements from. Samples are kept: their trees are.
 */
export function mutatedDer(der: Buffer, random: Random, other = der): Buffer {
  const { roots, all } = treeOf(der);
  if (all.length === 0 || random.oneIn(4)) return mutatedBytes(der, random, other);
  const target = random.pick(all);
  const replacement = random.pick(MUTATORS)(target, random, treeOf(other).all);
  const result = Buffer.concat(roots.map((node) => withReplaced(node, target, replacement)));
  return random.oneIn(8) ? mutatedBytes(result, random, other) : result;
}
