import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Route } from '../../../plugins/modi-sign/route';
import { receive, receiver, type ReceivedAnswer } from '../../support/received-answers';
import { mockPki, type MockPki } from '../../support/pki';
import { digestOf } from '../../support/requests';
import { signRoute } from '../../support/sign-route';

let pki: MockPki;
let judge: ReturnType<typeof receiver>;
let routes: readonly Route[];
beforeAll(async () => {
  pki = await mockPki();
  judge = receiver(pki);
  routes = (['ec', 'rsa'] as const).map((kind) =>
    signRoute(pki.leaf(kind), { request_digest: true, signed_headers: ['x-esito'] }),
  );
});

const DIGEST = digestOf(Buffer.from('request one'));
const EXPECTED = { requestDigest: DIGEST, requestDigestRequired: true };

const answers = fc.record({
  route: fc.nat({ max: 1 }),
  body: fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  contentType: fc.constantFrom('application/json', 'text/plain', 'application/octet-stream; a="b"'),
});

const make = async ({ route, body, contentType }: { route: number; body: Buffer; contentType: string }) =>
  receive(routes[route]!, { body, headers: { 'content-type': contentType, 'x-esito': 'positivo' } }, DIGEST);

/** Another byte at a place that is given as a fraction of the length. */
const flip = (text: string, where: number, bit: number): string => {
  const at = Math.min(text.length - 1, Math.floor(where * text.length));
  return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << bit)) + text.slice(at + 1);
};

const withHeader = (answer: ReceivedAnswer, name: string, change: (value: string) => string): ReceivedAnswer => ({
  ...answer,
  headers: new Map([...answer.headers, [name, (answer.headers.get(name) ?? []).map(change)]]),
});

const codeOf = async (answer: ReceivedAnswer): Promise<string> => {
  const { refusal, verdict } = await judge(answer, EXPECTED);
  return refusal?.code ?? verdict;
};

const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const bit = fc.integer({ min: 0, max: 6 });
const RUNS = { numRuns: 60 };

describe('an answer with one bit changed', () => {
  it('is good before', async () => {
    await fc.assert(
      fc.asyncProperty(answers, async (recipe) => {
        expect(await codeOf(await make(recipe))).toBe('signed');
      }),
      RUNS,
    );
  });

  it('in the body', async () => {
    await fc.assert(
      fc.asyncProperty(answers, place, bit, async (recipe, where, one) => {
        const answer = await make(recipe);
        const body = Buffer.from(flip(answer.body.toString('latin1'), where, one), 'latin1');
        expect(await codeOf({ ...answer, body })).toBe('MODI_DIGEST_MISMATCH');
      }),
      RUNS,
    );
  });

  it('by a byte more or less of the body', async () => {
    await fc.assert(
      fc.asyncProperty(answers, fc.boolean(), async (recipe, more) => {
        const answer = await make(recipe);
        const body = more ? Buffer.concat([answer.body, Buffer.alloc(1)]) : answer.body.subarray(1);
        expect(await codeOf({ ...answer, body })).toBe(
          body.length === 0 ? 'MODI_DIGEST_UNEXPECTED' : 'MODI_DIGEST_MISMATCH',
        );
      }),
      RUNS,
    );
  });

  it.each([
    ['digest', /^MODI_(DIGEST_(MALFORMED|ALGORITHM|DUPLICATE|ENCODING)|SIGNED_HEADER_MISMATCH)$/],
    ['x-esito', /^MODI_SIGNED_HEADER_MISMATCH$/],
  ])('in the header %s', async (name, codes) => {
    await fc.assert(
      fc.asyncProperty(answers, place, bit, async (recipe, where, one) => {
        expect(await codeOf(withHeader(await make(recipe), name, (value) => flip(value, where, one)))).toMatch(codes);
      }),
      RUNS,
    );
  });

  it('in Content-Type, but for the case of letters, which says the same', async () => {
    await fc.assert(
      fc.asyncProperty(answers, place, bit, async (recipe, where, one) => {
        const answer = await make(recipe);
        const [before = ''] = answer.headers.get('content-type') ?? [];
        const after = flip(before, where, one);
        fc.pre(after.toLowerCase() !== before.toLowerCase());
        expect(await codeOf(withHeader(answer, 'content-type', () => after))).toBe('MODI_SIGNED_HEADER_MISMATCH');
      }),
      RUNS,
    );
  });

  it.each([
    [0, /^MODI_(TOKEN_|KEY_REFERENCE|X5C_|CERTIFICATE_|SIGNATURE_|ALG_KEY_MISMATCH)/],
    [1, /^MODI_(SIGNATURE_|TOKEN_MALFORMED)/],
    [2, /^MODI_(SIGNATURE_|TOKEN_MALFORMED)/],
  ])('in part %i of the token', async (part, codes) => {
    await fc.assert(
      fc.asyncProperty(answers, place, bit, async (recipe, where, one) => {
        const answer = withHeader(await make(recipe), 'agid-jwt-signature', (token) =>
          token
            .split('.')
            .map((text, index) => (index === part ? flip(text, where, one) : text))
            .join('.'),
        );
        expect(await codeOf(answer)).toMatch(codes);
      }),
      RUNS,
    );
  });

  it('by a header taken away or added', async () => {
    const answer = await make({ route: 0, body: Buffer.from('{}'), contentType: 'application/json' });
    const without = (name: string): ReceivedAnswer => {
      const headers = new Map(answer.headers);
      headers.delete(name);
      return { ...answer, headers };
    };
    expect(await codeOf(without('agid-jwt-signature'))).toBe('MODI_ANSWER_UNSIGNED');
    for (const name of ['digest', 'content-type', 'x-esito']) {
      expect(await codeOf(without(name))).toBe('MODI_SIGNED_HEADER_MISSING');
    }
    const added = { ...answer, headers: new Map([...answer.headers, ['content-encoding', ['gzip']] as const]) };
    expect(await codeOf(added)).toBe('MODI_HEADER_UNSIGNED');
  });
});

describe('the answers of two requests', () => {
  it('cannot be exchanged, not even when the bodies are the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        answers,
        fc.uint8Array({ minLength: 1, maxLength: 50 }),
        async ({ route, body, contentType }, bytes) => {
          const other = digestOf(Buffer.from(bytes));
          const theirs = await receive(routes[route]!, { body, headers: { 'content-type': contentType } }, other);
          expect(await codeOf(theirs)).toBe('MODI_ANSWER_REQUEST_DIGEST_MISMATCH');
        },
      ),
      RUNS,
    );
  });

  it('cannot lend each other their tokens or bodies', async () => {
    const [one, two] = await Promise.all(
      ['{"a":1}', '{"a":2}'].map((body) =>
        make({ route: 0, body: Buffer.from(body), contentType: 'application/json' }),
      ),
    );
    const token = two!.headers.get('agid-jwt-signature') ?? [];
    expect(await codeOf({ ...one!, headers: new Map([...one!.headers, ['agid-jwt-signature', token] as const]) })).toBe(
      'MODI_SIGNED_HEADER_MISMATCH',
    );
    expect(await codeOf({ ...one!, headers: two!.headers })).toBe('MODI_DIGEST_MISMATCH');
  });
});
