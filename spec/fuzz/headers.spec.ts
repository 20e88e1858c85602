import { beforeAll, it } from 'vitest';
import { makeCast } from '../support/corpus';
import { mutatedBytes } from '../support/fuzz/bytes';
import type { Random } from '../support/fuzz/random';
import { codeOf, inputOf, makeWorld, requestOf, type World } from '../support/fuzz/requests';
import { fuzz, PATIENCE } from '../support/fuzz/run';
import { SameRequest } from '../support/fuzz/same-request';
import { IDENTICAL, refused, Violation, type FuzzTarget, type Input, type Part } from '../support/fuzz/target';
import { mutatedText } from '../support/fuzz/text';

let world: World;
let same: SameRequest;

beforeAll(async () => {
  world = makeWorld(await makeCast());
  same = new SameRequest(world);
});

/** Headers that a stranger may add, with values that mean something to somebody. */
const OTHERS: readonly (readonly [name: string, value: string])[] = [
  ['content-encoding', 'gzip'],
  ['content-range', 'bytes 0-1/2'],
  ['range', 'bytes=0-1'],
  ['transfer-encoding', 'chunked'],
  ['content-length', '0'],
  ['content-length', '1e999'],
  ['accept-language', 'it;q=1e999, en;q=NaN'],
  ['accept-language', 'it'],
  ['x-modi-client', 'mallory'],
  ['x-modi-patterns', 'INTEGRITY_REST_01'],
  ['digest', 'MD5=rL0Y20zC+Fzt72VPzMSk2A=='],
  ['digest', 'SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='],
  ['content-digest', 'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:'],
  ['agid-jwt-signature', 'e30.e30.AA'],
  ['agid-jwt-trackingevidence', 'e30.e30.AA'],
  ['dpop', 'e30.e30.AA'],
  ['proxy-authorization', 'Basic Og=='],
  ['__proto__', 'x'],
  ['constructor', 'x'],
  ['', 'x'],
];

type Mutator = (input: Input, at: number, random: Random, other: Input) => Input;

const withValue = (part: Part, bytes: Buffer): Part => ({ ...part, bytes });
const edited = (part: Part, random: Random, other: Part): Part =>
  withValue(
    part,
    part.name === 'body'
      ? mutatedBytes(part.bytes, random, other.bytes)
      : Buffer.from(mutatedText(part.bytes.toString('latin1'), random, other.bytes.toString('latin1')), 'latin1'),
  );

const MUTATORS: readonly Mutator[] = [
  // A value is edited.
  (input, at, random, other) =>
    input.with(at, edited(input[at]!, random, other.find(({ name }) => name === input[at]!.name) ?? input[at]!)),
  (input, at, random) => input.with(at, edited(input[at]!, random, input[at]!)),
  // Another request's value, its own twice, edited once; one less, one more.
  (input, at, _, other) => input.with(at, other.find(({ name }) => name === input[at]!.name) ?? input[at]!),
  (input, at) => input.toSpliced(at, 0, input[at]!),
  (input, at, random) => input.toSpliced(at, 0, edited(input[at]!, random, input[at]!)),
  (input, at, random) => [...input, edited(input[at]!, random, input[at]!)],
  (input, at) => input.toSpliced(at, 1),
  (input, _, random) => {
    const [name, value] = random.pick(OTHERS);
    return [...input, { name, bytes: Buffer.from(value) }];
  },
  (input, _, random) => {
    const [name, value] = random.pick(OTHERS);
    return [...input, { name, bytes: Buffer.from(mutatedText(value, random), 'latin1') }];
  },
  // A name that is nearly the same; two values change places.
  (input, at, random) => input.with(at, { ...input[at]!, name: mutatedText(input[at]!.name, random).toLowerCase() }),
  (input, at, random) => {
    const second = 1 + random.below(input.length - 1);
    return input
      .with(at, withValue(input[at]!, input[second]!.bytes))
      .with(second, withValue(input[second]!, input[at]!.bytes));
  },
];

it(
  'a request with its headers or body changed is never accepted, unless it still says the very same',
  { timeout: PATIENCE },
  async () => {
    const target: FuzzTarget = {
      kind: 'headers',
      reaches: ['MODI_DIGEST_MISMATCH', 'MODI_SIGNED_HEADER_MISMATCH'],
      make(random) {
        const [good, other] = [inputOf(random.pick(world.good)), inputOf(random.pick(world.good))];
        let input = good;
        for (let left = 1 + (random.oneIn(3) ? random.below(4) : 0); left > 0 && input.length > 1; left -= 1) {
          // The first part says the route, and is ours.
          input = random.pick(MUTATORS)(input, 1 + random.below(input.length - 1), random, other);
        }
        return input;
      },
      async judge(input) {
        const request = requestOf(input);
        const code = await codeOf(world, request);
        if (code !== undefined) return refused(code);
        if (same.says(request)) return IDENTICAL;
        throw new Violation('accepted');
      },
    };
    await fuzz(target);
  },
);
