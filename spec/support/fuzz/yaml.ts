import { mutatedBytes } from './bytes';
import type { Random } from './random';

type Mutator = (lines: readonly string[], at: number, random: Random) => readonly string[];

/** Values, and what is none, that readers of YAML and of configurations trip over. */
const VALUES = [
  ...['', '~', 'null', 'true', 'no', '0', '-1', '1e999', '.nan', '0x10', '1_000', '2026-11-30', "''", '"\\0"'],
  ...[
    '[]',
    '{}',
    '[[[]]]',
    '[~]',
    '{ ? [a] : b }',
    '!!binary AAAA',
    '!!set { a }',
    '!x y',
    '*a',
    '&a x',
    '<<',
    '|',
    '>-',
  ],
  ...[
    '"\\ud800"',
    '__proto__',
    'constructor',
    '{ __proto__: { name: x } }',
    '{vault://env/secret}',
    '/',
    'https://',
    '%',
  ],
  ...['99999999999999999999', '-----BEGIN CERTIFICATE-----', 'x'.repeat(3000), '(a+)+$', '~(', '[a-'],
];

/** Edits that know lines, indents and values. */
const MUTATORS: readonly Mutator[] = [
  (lines, at) => lines.toSpliced(at, 1),
  (lines, at) => lines.toSpliced(at, 0, lines[at] ?? ''),
  (lines, at, random) => lines.toSpliced(random.below(lines.length), 0, lines[at] ?? ''),
  (lines, at, random) => lines.with(at, ' '.repeat(random.below(12)) + (lines[at] ?? '').trimStart()),
  (lines, at, random) =>
    lines.with(
      at,
      (lines[at] ?? '').replace(/:.*$/, () => `: ${random.pick(VALUES)}`),
    ),
  (lines, at, random) =>
    lines.with(
      at,
      (lines[at] ?? '').replace(/- .*$/, () => `- ${random.pick(VALUES)}`),
    ),
  (lines, at, random) =>
    lines.with(
      at,
      (lines[at] ?? '').replace(/\w+(?=:)/, () => random.pick(VALUES)),
    ),
  // The value of one line under the name of another.
  (lines, at, random) => {
    const [, value = ''] = /:(.*)$/.exec(random.pick(lines)) ?? [];
    return lines.with(
      at,
      (lines[at] ?? '').replace(/:.*$/, () => `:${value}`),
    );
  },
  // An anchor here, and aliases of it there; merged as well.
  (lines, at, random) => {
    const named = lines.with(at, (lines[at] ?? '').replace(/:/, ': &a'));
    const place = random.below(lines.length);
    return named.with(
      place,
      (named[place] ?? '').replace(/:.*$/, () => random.pick([': *a', ': [*a, *a]', ': { <<: *a }'])),
    );
  },
  (lines, at) => lines.slice(0, at),
  (lines, at, random) =>
    lines.toSpliced(at, 0, random.pick(['---', '...', '%YAML 1.1', '\t', '# modi-check-ignore', ']'])),
];

/** A text of YAML with one to three edits, now and then blind ones. */
export function mutatedYaml(text: string, random: Random): Buffer {
  if (random.oneIn(5)) return mutatedBytes(Buffer.from(text), random);
  let lines: readonly string[] = text.split('\n');
  for (let left = 1 + random.below(3); left > 0 && lines.length > 0; left -= 1) {
    lines = random.pick(MUTATORS)(lines, random.below(lines.length), random);
  }
  return Buffer.from(lines.join('\n'));
}
