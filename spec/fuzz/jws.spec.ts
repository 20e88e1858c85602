import { createPublicKey, type KeyObject } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { makeCast, type Cast } from '../support/corpus';
import { AUDIENCE } from '../support/requests';
import { pdndCast } from '../support/pdnd';
import { NOW } from '../support/verify-route';
import type { Random } from '../support/fuzz/random';
import { codeOf, inputOf, makeWorld, requestOf, TOKEN_HEADERS } from '../support/fuzz/requests';
import type { GoodRequest, TokenHeader, World } from '../support/fuzz/requests';
import { fuzz, PATIENCE } from '../support/fuzz/run';
import { SameRequest } from '../support/fuzz/same-request';
import { IDENTICAL, partOf, PERMITTED, refused, Violation } from '../support/fuzz/target';
import type { FuzzTarget, Input } from '../support/fuzz/target';
import { confusedToken, mutatedToken, resignedToken } from '../support/fuzz/tokens';

let cast: Cast;
let world: World;
let same: SameRequest;

beforeAll(async () => {
  cast = await makeCast();
  world = makeWorld(cast);
  same = new SameRequest(world);
});

const valueOf = ({ request }: GoodRequest, header: string): string => String(request.headers[header] ?? '');

/** A good request, one of its tokens, and a token of the same header of another. */
function someToken(random: Random): {
  readonly good: GoodRequest;
  readonly header: TokenHeader;
  readonly other: string;
} {
  const good = random.pick(world.good);
  const header = random.pick(TOKEN_HEADERS.filter((name) => good.request.headers[name] !== undefined));
  const other = valueOf(random.pick(world.good.filter(({ request }) => request.headers[header] !== undefined)), header);
  return { good, header, other: other.split(' ').pop() ?? '' };
}

function withToken(good: GoodRequest, header: TokenHeader, change: (token: string) => string): Input {
  const [token = '', ...before] = valueOf(good, header).split(' ').toReversed();
  const value = [...before, change(token)].join(' ');
  return inputOf(good).map((part) => (part.name === header ? { ...part, bytes: Buffer.from(value, 'latin1') } : part));
}

it(
  'a token that nobody signed as it stands is never accepted, whatever the pattern',
  { timeout: PATIENCE },
  async () => {
    const target: FuzzTarget = {
      kind: 'jws',
      reaches: ['MODI_SIGNATURE_INVALID', 'MODI_ALG_KEY_MISMATCH', 'MODI_TOKEN_TYP'],
      make(random) {
        const { good, header, other } = someToken(random);
        const key = createPublicKey(cast.ec.privateKey);
        return withToken(good, header, (token) =>
          random.oneIn(100) ? confusedToken(token, key) : mutatedToken(token, random, other),
        );
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

/** A token of a good request, and the key of whom we trust to sign it. */
interface Signable {
  readonly good: GoodRequest;
  readonly header: TokenHeader;
  readonly key: KeyObject;
}

/** The tokens of the good requests whose signers sign no other token beside; EC ones often: RSA signs slowly. */
function signables(): readonly Signable[] {
  const { platform, client, proofEc } = pdndCast();
  const keys = {
    authorization: platform,
    dpop: proofEc,
    'agid-jwt-signature': client,
    'agid-jwt-trackingevidence': client,
  };
  return world.good.flatMap((good) => {
    const headers = TOKEN_HEADERS.filter((name) => good.request.headers[name] !== undefined);
    if (good.route.startsWith('p-')) return headers.map((header) => ({ good, header, key: keys[header].privateKey }));
    const all = headers.map((header) => ({ good, header, key: cast.ec.privateKey }));
    return isByEc(good) ? Array.from({ length: 4 }, () => all).flat() : [];
  });
}

/** Whether the certificate with the EC key vouches for the caller. */
function isByEc(good: GoodRequest): boolean {
  const [jose = ''] = valueOf(good, 'authorization').split(' ').pop()?.split('.') ?? [];
  const { x5c } = JSON.parse(Buffer.from(jose, 'base64url').toString()) as { x5c?: string[] };
  return x5c?.[0] === cast.ec.chain[0]?.toString('base64');
}

/** What a token must say whatever else it says, read without any code of ours. */
function mayPass(token: string, header: TokenHeader): boolean {
  const parts = token.split('.').slice(0, 2);
  const [jose, claims] = parts.map((part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as unknown);
  const { alg, crit } = jose as Record<string, unknown>;
  const { aud, exp, iat, jti, htm } = claims as Record<string, unknown>;
  const audiences = typeof aud === 'string' ? aud.split(/,\s*/) : aud;
  const isFresh =
    typeof iat === 'number' && iat <= NOW + 60 && (header === 'dpop' || (typeof exp === 'number' && exp > NOW - 60));
  const isOurs = header === 'dpop' ? htm === 'POST' : Array.isArray(audiences) && audiences.includes(AUDIENCE);
  const isUnique = header !== 'dpop' || (typeof jti === 'string' && jti !== '');
  return crit === undefined && /^(ES|RS)(256|384|512)$/.test(String(alg)) && isFresh && isOurs && isUnique;
}

it(
  'a token that says anything, truly signed by whom we trust, is judged without an accident',
  { timeout: PATIENCE },
  async () => {
    const signable = signables();
    const target: FuzzTarget = {
      kind: 'claims',
      reaches: ['permitted', 'MODI_CLAIM_TYPE', 'MODI_AUDIENCE_MISMATCH'],
      make(random) {
        const { good, header, key } = random.pick(signable);
        const input = withToken(good, header, (token) => resignedToken(token, random, key));
        return [...input, { name: 'x-resigned', bytes: Buffer.from(header) }];
      },
      async judge(input) {
        const header = partOf(input, 'x-resigned').toString() as TokenHeader;
        const request = requestOf(input);
        const code = await codeOf(world, request);
        if (code !== undefined) return refused(code);
        if (same.says(request)) return IDENTICAL;
        const token = valueOf(request, header).split(' ').pop() ?? '';
        if (same.says(request, header) && mayPass(token, header)) return PERMITTED;
        throw new Violation('accepted');
      },
    };
    await fuzz(target);
  },
);

it('the good requests are accepted as they are', async () => {
  for (const good of world.good) expect([good.route, await codeOf(world, good)]).toEqual([good.route, undefined]);
});
