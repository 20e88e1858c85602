import { mutatedBytes } from './bytes';
import type { Random } from './random';

/** Values that readers of JSON trip over, as text. */
const VALUES = [
  'null',
  'true',
  '""',
  '[]',
  '{}',
  '0',
  '-0',
  '-1',
  '1e999',
  '-1e999',
  '1e-999',
  '1.5',
  '9007199254740993',
  '18446744073709551616',
  '123456789012345678901234567890123456789012345678901234567890',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\u0000"',
  '"\\r\\nX-ModI-Client: mallory"',
  '"\u202e\u0130\u017f"',
  '"\ud83d\ude00"',
  '"__proto__"',
  '"constructor"',
  '[[[[[[[[[[]]]]]]]]]]',
  '{"__proto__":{"iss":"x"}}',
  '{"toString":1,"valueOf":1}',
  '[null]',
  '["",""]',
  '{"length":1,"0":"x"}',
  `"${'x'.repeat(2000)}"`,
];
const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'a"b', '\\u0061lg', 'alg', 'crit', 'b64'];

type Mutator = (text: string, random: Random) => string;

/** No values of JSON, but of its neighbours. */
const NO_VALUES = ['NaN', 'Infinity', '0x10', '01', 'undefined', "'x'", '+1', '.5'];

/** Where members stand in a text as JSON.stringify writes it: `"name":` and where its value begins. */
const membersIn = (text: string): readonly RegExpExecArray[] => [...text.matchAll(/"((?:[^"\\]|\\.)*)":/g)];

/** Where the value that begins at `from` ends. */
function valueEnd(text: string, from: number): number {
  let [depth, quoted] = [0, false];
  for (let at = from; at < text.length; at += 1) {
    const letter = text[at] ?? '';
    if (quoted && letter === '\\') at += 1;
    else if (letter === '"') quoted = !quoted;
    else if (!quoted && '[{'.includes(letter)) depth += 1;
    else if (!quoted && ']}'.includes(letter)) depth -= 1;
    if (!quoted && (depth < 0 || (depth === 0 && letter === ','))) return at;
  }
  return text.length;
}

interface Member {
  readonly start: number;
  readonly value: number;
  readonly end: number;
}

function someMember(text: string, random: Random): Member {
  const members = membersIn(text);
  if (members.length === 0) return { start: 0, value: 0, end: text.length };
  const found = random.pick(members);
  const value = found.index + found[0].length;
  return { start: found.index, value, end: valueEnd(text, value) };
}

const inserted = (text: string, at: number, more: string): string => text.slice(0, at) + more + text.slice(at);

const STRUCTURE: readonly Mutator[] = [
  // Another value.
  (text, random) => {
    const { value, end } = someMember(text, random);
    return text.slice(0, value) + random.pick(VALUES) + text.slice(end);
  },
  // The member twice: the other value first, or last.
  (text, random) => {
    const { start, value, end } = someMember(text, random);
    const twin = text.slice(start, value) + random.pick(VALUES);
    return random.oneIn(2) ? inserted(text, start, `${twin},`) : inserted(text, end, `,${twin}`);
  },
  // Another name; the same name in other letters.
  (text, random) => {
    const { start, value } = someMember(text, random);
    return `${text.slice(0, start)}"${random.pick(NAMES)}":${text.slice(value)}`;
  },
  (text, random) => {
    const { start, value } = someMember(text, random);
    return text.slice(0, start) + text.slice(start, value).toUpperCase() + text.slice(value);
  },
  // A member more, a member less.
  (text, random) => inserted(text, 1, `"${random.pick(NAMES)}":${random.pick(VALUES)},`),
  (text, random) => {
    const { start, end } = someMember(text, random);
    return text.slice(0, start) + text.slice(text[end] === ',' ? end + 1 : end);
  },
  // The value in a list, in an object, or deep.
  (text, random) => {
    const { value, end } = someMember(text, random);
    const depth = random.oneIn(10) ? 1 + random.below(2000) : 1;
    const [open, close] = random.pick([
      ['[', ']'],
      ['{"a":', '}'],
    ] as const);
    return text.slice(0, value) + open.repeat(depth) + text.slice(value, end) + close.repeat(depth) + text.slice(end);
  },
];

/** What some readers let pass. */
const TRICKS: readonly Mutator[] = [
  (text, random) => random.pick(['\ufeff', ' ', '\n', '//', '/**/', ')]}\u0027', '\u0000']) + text,
  (text, random) => text + random.pick([' ', '\u0000', '{}', ',', '}', 'x']),
  (text) => text.replaceAll('"', "'"),
  (text, random) => text.replace(/:"?[^",]*"?/, `:${random.pick(NO_VALUES)}`),
  (text) => text.replace(/\}$/, ',}'),
  (text) => text.replaceAll('a', '\\u0061'),
];

/** A JSON text with one to three edits that know its members, or edited as bytes: often no UTF-8, often no JSON. */
export function mutatedJson(text: string, random: Random, other = text): Buffer {
  if (random.oneIn(10)) return mutatedBytes(Buffer.from(text), random, Buffer.from(other));
  let result = text;
  for (let left = 1 + (random.oneIn(4) ? random.below(3) : 0); left > 0; left -= 1) {
    result = random.pick(random.oneIn(8) ? TRICKS : STRUCTURE)(result, random);
  }
  return Buffer.from(result);
}
