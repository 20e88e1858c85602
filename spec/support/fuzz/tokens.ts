import { createHmac, sign, type KeyObject } from 'node:crypto';
import { mutatedBytes } from './bytes';
import { mutatedJson } from './json';
import type { Random } from './random';
import { mutatedText } from './text';

type Mutator = (token: string, random: Random, other: string) => string;

const ENCODINGS = ['base64url', 'base64', 'hex'] as const;
const ALGORITHMS = [
  'none',
  'None',
  'HS256',
  'ES256',
  'ES384',
  'ES512',
  'RS256',
  'RS512',
  'PS256',
  'EdDSA',
  'ES256K',
  '',
];

const partsOf = (token: string): string[] => token.split('.');
const decoded = (part = ''): Buffer => Buffer.from(part, 'base64url');
const withPart = (token: string, index: number, part: string): string => partsOf(token).with(index, part).join('.');

const MUTATORS: readonly Mutator[] = [
  // Header or payload say something else under the old signature.
  (token, random, other) => {
    const index = random.below(2);
    const [text, second] = [token, other].map((one) => decoded(partsOf(one)[index]).toString());
    return withPart(
      token,
      index,
      mutatedJson(text ?? '', random, second).toString(random.oneIn(8) ? random.pick(ENCODINGS) : 'base64url'),
    );
  },
  // One part in another spelling, or of another token.
  (token, random) => {
    const index = random.below(3);
    return withPart(token, index, mutatedText(partsOf(token)[index] ?? '', random));
  },
  (token, random, other) => {
    const index = random.below(3);
    return withPart(token, index, partsOf(other)[index] ?? '');
  },
  (token, random) => withPart(token, random.below(3), ''),
  (token, random) => partsOf(token).toSpliced(random.below(3), 1).join('.'),
  (token, random) =>
    partsOf(token)
      .toSpliced(random.below(4), 0, random.pick(['', 'e30', 'AAAA']))
      .join('.'),
  (token) => partsOf(token).toReversed().join('.'),
  // Another algorithm than it is signed with.
  (token, random) => {
    const header = decoded(partsOf(token)[0]).toString();
    const text = header.replace(/"alg":"[^"]*"/, `"alg":"${random.pick(ALGORITHMS)}"`);
    return withPart(token, 0, Buffer.from(text).toString('base64url'));
  },
  // The signature: edited, edges of numbers, lengthened, of another form.
  (token, random) => withPart(token, 2, mutatedBytes(decoded(partsOf(token)[2]), random).toString('base64url')),
  (token, random) => {
    const { length } = decoded(partsOf(token)[2]);
    return withPart(
      token,
      2,
      Buffer.alloc(random.pick([length, length - 1, length + 1, 0]), random.pick([0, 1, 0xff])).toString('base64url'),
    );
  },
  (token, random) => {
    const signature = decoded(partsOf(token)[2]);
    const zeros = Buffer.alloc(1 + random.below(8));
    const longer = random.oneIn(2) ? [zeros, signature] : [signature, zeros];
    return withPart(token, 2, Buffer.concat(longer).toString('base64url'));
  },
  (token) => withPart(token, 2, inDer(decoded(partsOf(token)[2])).toString('base64url')),
  // The JSON serialisations of RFC 7515 7.2.
  (token) => {
    const [header, payload, signature] = partsOf(token);
    return JSON.stringify({ protected: header, payload, signature });
  },
];

/** R and S as ASN.1 has them: the form of other protocols (RFC 7518 3.4 wants none of it). */
function inDer(signature: Buffer): Buffer {
  const half = signature.length >> 1;
  const [r, s] = [signature.subarray(0, half), signature.subarray(half)].map((number) =>
    Buffer.concat([Buffer.of(0x02, number.length + 1, 0), number]),
  );
  const content = Buffer.concat([r ?? Buffer.alloc(0), s ?? Buffer.alloc(0)]);
  return Buffer.concat([Buffer.of(0x30, content.length & 0x7f), content]);
}

/** A token that nobody signed as it stands: a good one, edited. `other` is a second good one to cut from. */
export const mutatedToken = (token: string, random: Random, other: string): string =>
  random.oneIn(8) ? mutatedText(token, random, other) : random.pick(MUTATORS)(token, random, other);

/** A token by HMAC over the public key, which everybody has (RFC 8725 2.1). */
export function confusedToken(token: string, publicKey: KeyObject): string {
  const [header = '', payload = ''] = partsOf(token);
  const text = decoded(header)
    .toString()
    .replace(/"alg":"[^"]*"/, '"alg":"HS256"');
  const input = `${Buffer.from(text).toString('base64url')}.${payload}`;
  const secret = publicKey.export({ format: 'pem', type: 'spki' });
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

/** Header and payload edited, and truly signed by `key` (P-256, or RSA with SHA-256) afterwards. */
export function resignedToken(token: string, random: Random, key: KeyObject): string {
  const [header = '', payload = ''] = partsOf(token);
  const edits = random.pick([
    [true, false],
    [false, true],
    [false, true],
    [true, true],
  ] as const);
  const [jose, claims] = [header, payload].map((part, index) =>
    edits[index] === true ? mutatedJson(decoded(part).toString(), random) : decoded(part),
  );
  const input = [jose, claims].map((part) => part?.toString('base64url') ?? '').join('.');
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}
