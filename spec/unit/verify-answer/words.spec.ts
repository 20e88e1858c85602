import { beforeAll, describe, expect, it } from 'vitest';
import { checkAnswerDigest } from '../../../plugins/core/verify/check-answer-digest';
import { checkAnswerPresence } from '../../../plugins/core/verify/check-answer-presence';
import { checkAnswerPayload } from '../../../plugins/core/verify/check-answer-payload';
import {
  compileAnswerPolicy,
  newAnswerVerification,
  type SignerDirectory,
  type Verification,
} from '../../../plugins/core/verify';
import { mockPki, type MockPki } from '../../support/pki';
import { receiver, type ReceivedAnswer } from '../../support/received-answers';
import { commonClaims, digestOf, makeToken, type TokenRecipe } from '../../support/requests';
import { CALLER } from '../../support/sign-route';
import { NOW } from '../../support/verify-route';

let pki: MockPki;
beforeAll(async () => {
  pki = await mockPki();
});

const BODY = Buffer.from('{"esito":"OK"}');

/** An answer with token and Digest of this body, but for what the recipe bends. */
function answer(recipe: TokenRecipe = {}, given: Partial<ReceivedAnswer> = {}, body = BODY): ReceivedAnswer {
  const signed = [{ digest: digestOf(body) }];
  const claims = { ...commonClaims(NOW), aud: CALLER, request_digest: 'SHA-256=x', signed_headers: signed };
  const headers = new Map([
    ['digest', [digestOf(body)]],
    ['agid-jwt-signature', [makeToken(pki.leaf('ec'), claims, recipe)]],
  ]);
  return { status: 200, headers, body, ...given };
}

const unsigned = (status: number, body = ''): ReceivedAnswer => ({
  status,
  headers: new Map(),
  body: Buffer.from(body),
});

describe('what is told of an answer', () => {
  it('that holds', async () => {
    const { results, verdict } = await receiver(pki)(answer(), { requestDigest: 'SHA-256=x' });
    expect(verdict).toBe('signed');
    expect(results.map(({ detail }) => detail.en)).toEqual(results.map(({ detail }) => detail.it));
    const told = new Map(results.map(({ id, detail }) => [id, detail.en]));
    const size = answer().headers.get('agid-jwt-signature')?.[0]?.length ?? 0;
    expect(told.get('answer-signature-header')).toBe(`one header, bare token, ${size} bytes`);
    expect(told.get('answer-whole-representation')).toBe('status 200');
    expect(told.get('request-digest')).toBe('the Digest of the request');
    expect(told.get('answer-payload')).toBe('body of 14 bytes, Digest');
    expect(told.get('digest')).toBe('SHA-256 of 14 bytes');
    expect(results[0]).toMatchObject({ token: 'INTEGRITY', outcome: 'ok' });
  });

  it('that is not signed, and need not be', async () => {
    const { results, refusal, verdict } = await receiver(pki)(unsigned(204));
    expect([verdict, refusal]).toEqual(['unsigned', undefined]);
    expect(results.map(({ id, detail }) => [id, detail.en])).toEqual([
      ['answer-signature-header', 'absent, as status and body allow'],
    ]);
  });

  it('that does not answer a request with a Digest', async () => {
    const without = answer({ claims: { request_digest: undefined } });
    const { results } = await receiver(pki)(without, { requestDigest: 'SHA-256=x' });
    expect(results.find(({ id }) => id === 'request-digest')?.detail.en).toBe('absent, and not required');
  });

  it('that is refused, in both languages', async () => {
    const { results, refusal } = await receiver(pki)(answer({ claims: { request_digest: 5 } }));
    expect(results.at(-1)).toMatchObject({ id: 'request-digest', outcome: 'fail', token: 'INTEGRITY' });
    expect(refusal?.detail.en).toContain('request_digest');
    expect(refusal?.detail.en).toContain('a string');
    expect(refusal?.detail.en).toContain('a number');
    expect(refusal?.detail.it).not.toBe(refusal?.detail.en);
    expect(results.at(-1)?.detail).toEqual(refusal?.detail);
  });

  it.each([
    ['an error that must be signed', 500, 'x', { errorsSigned: true }, 'refused'],
    ['an error of the caller', 499, 'x', {}, 'refused'],
    ['an error of the service', 500, 'x', {}, 'unsigned'],
    ['304', 304, '', {}, 'unsigned'],
  ])('that is not signed: %s', async (_, status, body, expectations, verdict) => {
    const judged = await receiver(pki, { tokenOnEmptyBody: true })(unsigned(status, body), expectations);
    expect(judged.verdict).toBe(verdict);
    if (verdict === 'refused') expect(judged.results[0]).toMatchObject({ token: 'INTEGRITY', outcome: 'fail' });
  });

  it('whose body is elsewhere: the digest is not compared, and that is told', async () => {
    const given = { ...answer(), status: 304, body: Buffer.alloc(0) };
    const { results, verdict } = await receiver(pki)(given, { requestDigest: 'SHA-256=x' });
    expect(verdict).toBe('signed');
    expect(results.slice(-2).map(({ detail }) => detail.en)).toEqual([
      'body of 0 bytes, Digest',
      'SHA-256 of a body that is not sent',
    ]);
    const sent = await receiver(pki)(
      { ...answer(), status: 304, body: Buffer.from('x') },
      { requestDigest: 'SHA-256=x' },
    );
    expect(sent.refusal?.code).toBe('MODI_DIGEST_MISMATCH');
  });

  it('without a body: no Digest is due, but one of nothing where all is signed', () => {
    const facts = { status: 200, method: 'GET' };
    const given = (further: object) => ({ answer: facts, body: { length: 0 }, ...further }) as Verification;
    const policy = (tokenOnEmptyBody: boolean) => ({ policy: { maxBodySize: 9, tokenOnEmptyBody } });
    expect(() => {
      checkAnswerPayload.run(given(policy(false)));
    }).not.toThrow();
    expect(() => {
      checkAnswerPayload.run(given({ ...policy(false), digest: {} }));
    }).toThrowWithCode('MODI_DIGEST_UNEXPECTED');
    expect(() => {
      checkAnswerPayload.run(given(policy(true)));
    }).toThrowWithCode('MODI_DIGEST_MISSING');
    expect(() => {
      checkAnswerPayload.run(given({ ...policy(true), digest: {} }));
    }).not.toThrow();
    expect(checkAnswerPayload.proved(given({}))).toBe('body of 0 bytes, no Digest');
    expect(checkAnswerDigest.proved(given({}))).toBe('no Digest, no body');
    const elsewhere = { answer: { status: 304, method: 'GET' } };
    expect(checkAnswerDigest.proved(given(elsewhere))).toBe('no Digest, no body');
    expect(checkAnswerDigest.proved(given({ digest: { algorithm: 'SHA-256' } }))).toBe('SHA-256 of 0 bytes');
  });

  it('of whose request nothing is said: it was a GET, without Digest', async () => {
    const policy = compileAnswerPolicy({ audience: ['me'] }, { id: 'x', maxChain: 1 } as SignerDirectory);
    const { answer: facts } = await newAnswerVerification(policy, unsigned(200), {}, NOW);
    const none = { errorsSigned: false, requestDigestRequired: false, requestDigest: undefined };
    expect(facts).toEqual({ status: 200, method: 'GET', ...none });
  });

  it('without a token names the token that is missing', () => {
    const given = (headers: object) =>
      ({
        policy: { tokenOnEmptyBody: true },
        headers: new Map(Object.entries(headers)),
        tokens: {},
        answer: { status: 200, method: 'GET' },
        body: { length: 0 },
      }) as unknown as Verification;
    expect(() => {
      checkAnswerPresence.run(given({}));
    }).toThrow(expect.objectContaining({ code: 'MODI_ANSWER_UNSIGNED', token: 'INTEGRITY' }));
    const signed = given({ 'agid-jwt-signature': ['a.b.c'] });
    checkAnswerPresence.run(signed);
    expect(signed.tokens.INTEGRITY).toEqual({ kind: 'INTEGRITY', text: 'a.b.c' });
  });

  it('a mistake in what the receiver gives is no verdict', async () => {
    const broken = { ...answer(), headers: undefined as never };
    await expect(receiver(pki)(broken)).rejects.toThrow(TypeError);
    const lateBroken = { ...answer(), body: undefined as never };
    await expect(receiver(pki)(lateBroken, { requestDigest: 'SHA-256=x' })).rejects.toThrow(
      'body is not established yet',
    );
  });
});
