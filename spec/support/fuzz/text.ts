import { mutatedBytes } from './bytes';
import type { Random } from './random';

type Mutator = (value: string, random: Random) => string;

/** What divides, ends or continues a header line, or looks as if it did. */
const SMUGGLED = [
  '\r\n ',
  '\r\n\t',
  '\r\nX-ModI-Client: mallory',
  '\n',
  '\r',
  '\0',
  '\t',
  '\v',
  '\x7f',
  '\xa0',
  '\xad',
  ', ',
  ';',
  '"',
  '=',
  '==',
  '.',
  '..',
  '%2e',
  '%0d%0a',
  '+',
  '/',
  '\u00c4\u00b0',
  '\u00ef\u00bb\u00bf',
  '\u00c0\u00ae',
  '\u00ed\u00a0\u0080',
];

const at = (value: string, place: number, more: string): string => value.slice(0, place) + more + value.slice(place);

const MUTATORS: readonly Mutator[] = [
  (value, random) => at(value, random.below(value.length + 1), random.pick(SMUGGLED)),
  (value, random) => random.pick(SMUGGLED) + value,
  (value, random) => value + random.pick(SMUGGLED),
  (value, random) => ' '.repeat(1 + random.below(3)) + value + ' '.repeat(random.below(3)),
  (value) => value.toUpperCase(),
  (value) => value.toLowerCase(),
  (value, random) => {
    const place = random.below(value.length);
    const letter = value[place] ?? '';
    const other = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
    return value.slice(0, place) + other + value.slice(place + 1);
  },
  // The alphabets of base64, and its padding.
  (value) => value.replaceAll('-', '+').replaceAll('_', '/'),
  (value) => value.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''),
  (value) => value.replaceAll('=', ''),
  (value, random) => lastLetterChanged(value, random),
  // Twice, often, and very long.
  (value) => `${value}, ${value}`,
  (value) => value + value,
  (value, random) => value.padEnd(random.pick([4097, 8193, 20_000]), random.pick(['x', 'A', ' ', ',', '.'])),
  (value, random) => `${random.pick(['Bearer', 'DPoP', 'Basic', 'SHA-512', 'x'])} ${value}`,
  () => '',
];

/** The last letter of base64 has bits that count for nothing. */
function lastLetterChanged(value: string, random: Random): string {
  const end = random.pick(
    [...value.matchAll(/[A-Za-z0-9+/_-](?=[=.]|$)/g)].map(({ index }) => index).concat(value.length - 1),
  );
  return value.slice(0, end) + 'ABCDQRgwxyz048-_'.charAt(random.below(16)) + value.slice(end + 1);
}

/** A header's value, one character a byte, with one to three edits; now and then edited as bytes. */
export function mutatedText(value: string, random: Random, other = value): string {
  if (random.oneIn(4)) {
    const [bytes, second] = [Buffer.from(value, 'latin1'), Buffer.from(other, 'latin1')];
    return mutatedBytes(bytes, random, second).toString('latin1');
  }
  let result = value;
  for (let left = 1 + (random.oneIn(4) ? random.below(3) : 0); left > 0; left -= 1) {
    result = random.pick(MUTATORS)(result, random);
  }
  return result;
}
