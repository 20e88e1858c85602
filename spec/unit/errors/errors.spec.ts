import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ERROR_TABLE,
  hintOf,
  pickLanguage,
  PolicyError,
  renderRefusal,
  VerificationError,
  type ModiCode,
  type RefusalContext,
} from '../../../plugins/core/errors';

const context: RefusalContext = { disclosure: 'code', language: 'en', requestId: 'abc', realm: null };
const codes = Object.keys(ERROR_TABLE) as ModiCode[];
const problem = (body: string): Record<string, unknown> => JSON.parse(body) as Record<string, unknown>;

describe('the error table', () => {
  it.each(codes)(
    '%s has a code of the right form, two languages, the same placeholders, a clause and a status',
    (code) => {
      const row = ERROR_TABLE[code];
      expect(code).toMatch(/^MODI_[A-Z0-9_]+$/);
      for (const text of [row.title.en, row.title.it, row.hint.en, row.hint.it, row.clause])
        expect(text.length).toBeGreaterThan(3);
      const names = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort();
      expect(names(row.hint.it)).toEqual(names(row.hint.en));
      expect(row.status === 'token' || (row.status >= 400 && row.status <= 599)).toBe(true);
    },
  );
});

describe('renderRefusal', () => {
  it('is problem details with code, hint, instance and the token it was found in', () => {
    const answer = renderRefusal(
      new VerificationError('MODI_TOKEN_TOO_OLD', { age: 412, max: 300 }, 'ID_AUTH'),
      context,
    );
    expect(answer.status).toBe(401);
    expect(answer.headers['Content-Type']).toBe('application/problem+json');
    expect(problem(answer.body)).toEqual({
      type: 'urn:modi:error:MODI_TOKEN_TOO_OLD',
      title: 'Token too old',
      status: 401,
      detail: 'iat is 412 s old, at most 300 s are accepted; check the clock, and issue the token per request',
      instance: 'urn:kong:request:abc',
      code: 'MODI_TOKEN_TOO_OLD',
      token: 'Authorization',
    });
  });

  it('answers 401 for the Authorization token and 400 for the integrity token', () => {
    expect(new VerificationError('MODI_SIGNATURE_INVALID', {}, 'ID_AUTH').status).toBe(401);
    expect(new VerificationError('MODI_SIGNATURE_INVALID', {}, 'INTEGRITY').status).toBe(400);
    expect(new PolicyError('MODI_IDENTITY_MISSING').status).toBe(403);
  });

  it('challenges on every 401, without an error code when there was no token (RFC 6750 3)', () => {
    const challenge = (error: VerificationError, realm: string | null = null): string | undefined =>
      renderRefusal(error, { ...context, realm }).headers['WWW-Authenticate'];
    expect(challenge(new VerificationError('MODI_AUTHORIZATION_MISSING'))).toBe('Bearer');
    expect(challenge(new VerificationError('MODI_AUTHORIZATION_MISSING'), 'a"b')).toBe('Bearer realm="ab"');
    expect(challenge(new VerificationError('MODI_TOKEN_EXPIRED', {}, 'ID_AUTH'))).toBe(
      'Bearer error="invalid_token", error_description="MODI_TOKEN_EXPIRED"',
    );
    expect(challenge(new VerificationError('MODI_DIGEST_MISSING'))).toBeUndefined();
  });

  it('discloses expected and found only when told to, and nothing when told so', () => {
    const refusal = new VerificationError('MODI_AUDIENCE_MISMATCH', { expected: 'ours', found: 'theirs' }, 'ID_AUTH');
    expect(renderRefusal(refusal, context).body).not.toMatch(/ours|theirs/);
    expect(problem(renderRefusal(refusal, { ...context, disclosure: 'full' }).body)).toMatchObject({
      expected: 'ours',
      found: 'theirs',
    });
    expect(problem(renderRefusal(refusal, { ...context, disclosure: 'none' }).body)).toEqual({
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
      instance: 'urn:kong:request:abc',
    });
  });

  it('says when to come back on 503', () => {
    expect(renderRefusal(new VerificationError('MODI_REPLAY_STORE_FULL'), context).headers['Retry-After']).toMatch(
      /^\d+$/,
    );
  });

  it('says so in whole seconds (RFC 9110 10.2.3), rounded up', () => {
    const after = (retryAfter: number | string): string | undefined =>
      renderRefusal(new VerificationError('MODI_REPLAY_STORE_FULL', { retryAfter }), context).headers['Retry-After'];
    expect([7, 2.25, 0].map(after)).toEqual(['7', '3', '0']);
    expect([NaN, Infinity, -1, 1e21, '9, x: y'].map(after)).toEqual(['5', '5', '5', '5', '5']);
  });

  it('speaks Italian when asked to', () => {
    const answer = renderRefusal(new VerificationError('MODI_DIGEST_MISSING'), { ...context, language: 'it' });
    expect(problem(answer.body)['title']).toBe('Digest mancante');
    expect(answer.headers['Content-Language']).toBe('it');
  });
});

describe('hintOf', () => {
  it('fills what it knows and never prints a placeholder', () => {
    expect(hintOf('MODI_TOKEN_TYP', { found: 'at+jwt' }, 'en')).toContain('at+jwt');
    expect(hintOf('MODI_TOKEN_TYP', {}, 'en')).toContain('typ is ?');
  });
});

describe('pickLanguage', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['*', 'en'],
    ['it', 'it'],
    ['it-IT,it;q=0.9,en;q=0.8', 'it'],
    ['en;q=0.5, it;q=0.7', 'it'],
    ['it;q=0', 'en'],
    ['fr, de', 'en'],
    ['en, it', 'en'],
    ['it;q=abc', 'en'],
  ])('%j is %s', (header, language) => {
    expect(pickLanguage(header)).toBe(language);
  });

  it('answers any header', () => {
    fc.assert(fc.property(fc.string(), (header) => ['en', 'it'].includes(pickLanguage(header))));
  });
});
