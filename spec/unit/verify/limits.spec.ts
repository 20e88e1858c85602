import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../../plugins/core/errors';
import type { Check, Policy, TokenState, Verification } from '../../../plugins/core/verify';
import { checkAuditClaims } from '../../../plugins/core/verify/check-audit-claims';
import { checkAudience } from '../../../plugins/core/verify/check-audience';
import { checkAuditDigest } from '../../../plugins/core/verify/check-audit-digest';
import { checkAuthorization } from '../../../plugins/core/verify/check-authorization';
import { checkAnswerPayload } from '../../../plugins/core/verify/check-answer-payload';
import { checkDigest } from '../../../plugins/core/verify/check-digest';
import { checkDpopAge } from '../../../plugins/core/verify/check-dpop-age';
import { checkDpopToken } from '../../../plugins/core/verify/check-dpop-token';
import { checkForm } from '../../../plugins/core/verify/check-form';
import { checkIdentity } from '../../../plugins/core/verify/check-identity';
import { checkJti } from '../../../plugins/core/verify/check-jti';
import { checkKeyReference } from '../../../plugins/core/verify/check-key-reference';
import { checkKidHeader } from '../../../plugins/core/verify/check-kid-header';
import { checkPayload } from '../../../plugins/core/verify/check-payload';
import { checkSignatureHeader } from '../../../plugins/core/verify/check-signature-header';
import { checkTimes } from '../../../plugins/core/verify/check-times';
import { checkVoucherClient } from '../../../plugins/core/verify/check-voucher-client';
import { readSignedHeaders } from '../../../plugins/core/verify/read-signed-headers';

const NOW = 1_780_272_000;
const KINDS = ['ID_AUTH', 'INTEGRITY', 'VOUCHER', 'AUDIT', 'DPOP'] as const;

/** A verification in the middle: what earlier checks have proved is given. */
function verification(given: {
  readonly policy?: object;
  readonly headers?: Readonly<Record<string, string[]>>;
  readonly token?: Partial<TokenState>;
  readonly further?: Partial<Verification>;
}): Verification {
  const tokens = Object.fromEntries(KINDS.map((kind) => [kind, { kind, text: 'a.b.c', ...given.token }]));
  const headers = new Map(Object.entries(given.headers ?? {}));
  return { policy: (given.policy ?? {}) as Policy, headers, now: NOW, tokens, ...given.further };
}

/** `ok`, or code and all that fills its texts. */
function told(check: Pick<Check, 'run'>, given: Parameters<typeof verification>[0]): unknown {
  try {
    check.run(verification(given));
  } catch (error) {
    if (error instanceof Refusal) return [error.code, error.params];
    throw error;
  }
  return 'ok';
}

const claims = (given: object): Partial<TokenState> => ({ claims: { raw: {}, aud: [], ...given } as never });
const headerOf = (jose: object) => ({ header: Buffer.from(JSON.stringify(jose)).toString('base64url') });

describe('times', () => {
  const maxAge = Object.fromEntries(KINDS.map((kind) => [kind, 300]));
  const policy = { clockSkew: 5, maxLifetime: 600, maxAge };
  const at = (iat: number, exp: number, nbf?: number) =>
    told(checkTimes('ID_AUTH'), {
      policy,
      token: claims({ iat: NOW + iat, exp: NOW + exp, nbf: nbf === undefined ? undefined : NOW + nbf }),
    });
  const ours = 'our clock: 2026-06-01T00:00:00.000Z';

  it.each([
    [0, 600],
    [5, 6],
    [-100, -4.5],
    [-300, 1],
  ])('iat %d and exp %d from now are good', (iat, exp) => {
    expect(at(iat, exp)).toBe('ok');
  });

  it('nbf may be as far ahead as the skew', () => {
    expect([at(0, 60, 5), at(0, 60, -1000)]).toEqual(['ok', 'ok']);
    const found = '2026-06-01T00:00:05.500Z';
    expect(at(0, 60, 5.5)).toEqual(['MODI_TOKEN_NOT_YET_VALID', { ahead: 6, max: 5, found, expected: ours }]);
  });

  it.each([
    [0, 600.6, 'MODI_TOKEN_LIFETIME', { found: 601, max: 600 }],
    [0, 0, 'MODI_TOKEN_LIFETIME', { found: 0, max: 600 }],
    [1, -1, 'MODI_TOKEN_LIFETIME', { found: -2, max: 600 }],
    [5.5, 60, 'MODI_TOKEN_FROM_FUTURE', { ahead: 6, max: 5, found: '2026-06-01T00:00:05.500Z', expected: ours }],
    [-60, -5, 'MODI_TOKEN_EXPIRED', { ago: 5, skew: 5, found: '2026-05-31T23:59:55.000Z', expected: ours }],
    [-60, -5.5, 'MODI_TOKEN_EXPIRED', { ago: 5, skew: 5, found: '2026-05-31T23:59:54.500Z', expected: ours }],
    [-300.5, 60, 'MODI_TOKEN_TOO_OLD', { age: 301, max: 300, found: '2026-05-31T23:54:59.500Z', expected: ours }],
  ])('iat %d and exp %d from now: %s', (iat, exp, code, params) => {
    expect(at(iat, exp)).toEqual([code, params]);
  });

  it('a proof may be as old as its age, and as far ahead as the skew', () => {
    const proof = (iat: number) =>
      told(checkDpopAge, { policy: { clockSkew: 5, maxAge: { DPOP: 60 } }, token: claims({ iat: NOW + iat }) });
    expect([proof(-60), proof(5)]).toEqual(['ok', 'ok']);
    expect(proof(5.5)).toEqual(['MODI_TOKEN_FROM_FUTURE', { ahead: 6, max: 5 }]);
    expect(proof(-60.5)).toEqual(['MODI_TOKEN_TOO_OLD', { age: 61, max: 60 }]);
  });
});

describe('sizes', () => {
  it('of a token', () => {
    const form = (maxTokenSize: number) => told(checkForm('ID_AUTH'), { policy: { maxTokenSize } });
    expect([form(5), form(4)]).toEqual(['ok', ['MODI_TOKEN_TOO_LARGE', { found: 5, max: 4 }]]);
  });

  it.each([
    ['a request', checkPayload],
    ['an answer', checkAnswerPayload],
  ])('of the body of %s', (_, check) => {
    const given = (length: number) => ({
      policy: { maxBodySize: 4, tokenOnEmptyBody: true },
      further: { body: { length }, digest: {}, answer: { status: 200, method: 'GET' } } as never,
    });
    expect(told(check, given(4))).toBe('ok');
    expect(told(check, given(5))).toEqual(['MODI_BODY_TOO_LARGE', { found: 5, max: 4 }]);
  });

  it('of a jti', () => {
    const jti = (value: unknown) => told(checkJti('ID_AUTH'), { token: claims({ raw: { jti: value } }) });
    expect([jti('x'), jti('x'.repeat(255)), jti(undefined)]).toEqual(['ok', 'ok', 'ok']);
    expect(jti('x'.repeat(256))).toEqual(['MODI_JTI_MALFORMED', { max: 255, found: '256 characters' }]);
  });

  it('of a kid of the platform', () => {
    const kid = (value: string) =>
      told(checkKidHeader('AUDIT'), {
        policy: { algorithms: new Set(['RS256']) },
        token: { parts: { ...headerOf({ typ: 'JWT', alg: 'RS256', kid: value }), payload: '', signature: '' } },
      });
    expect([kid('x'), kid('x'.repeat(128))]).toEqual(['ok', 'ok']);
    for (const wrong of ['x'.repeat(129), '-a b-', 'a/', '/a']) {
      expect(kid(wrong)).toEqual(['MODI_KID_MALFORMED', { max: 128 }]);
    }
  });

  it('of an id of the platform', () => {
    const id = (value: unknown) =>
      told(checkVoucherClient, {
        token: claims({ raw: { client_id: 'c', sub: 'c', purposeId: 'p', jti: 'j', consumerId: value } }),
      });
    const refused = (found: string) => [
      'MODI_CLAIM_TYPE',
      { claim: 'consumerId', expected: 'an id of the platform', found },
    ];
    expect([id('x'), id('x'.repeat(128)), id(undefined)]).toEqual(['ok', 'ok', 'ok']);
    expect(id('x'.repeat(129))).toEqual(refused(`129 characters, ${'x'.repeat(16)}...`));
    expect([id(''), id(5)]).toEqual([refused('0 characters, '), refused('a number')]);
  });

  it('of an identity: a subject that is too long is told by its thumbprint, a claim is refused', () => {
    const identity = (certificate: object, claim = 'certificate') => {
      const one = verification({
        policy: { party: { identityClaim: claim } },
        token: { ...claims(certificate), signer: { certificate } as never },
      });
      checkIdentity.run(one);
      return one.client;
    };
    expect(identity({ subject: 'x'.repeat(512), thumbprint: 't' })).toBe('x'.repeat(512));
    expect(identity({ subject: 'x'.repeat(513), thumbprint: 't' })).toBe('x5t#S256:t');
    expect(identity({ organizationIdentifier: 'o', subject: 's', thumbprint: 't' })).toBe('o');
    expect(identity({ iss: 'x'.repeat(512) }, 'iss')).toBe('x'.repeat(512));
    expect(() => identity({ iss: 'x'.repeat(513) }, 'iss')).toThrowWithCode('MODI_IDENTITY_TOO_LONG');
    expect(() => identity({ iss: '' }, 'iss')).toThrowWithCode('MODI_IDENTITY_MISSING');
  });

  it('of signed_headers', () => {
    const entries = (count: number) => Array.from({ length: count }, () => ({ 'x-a': 'b' }));
    expect(readSignedHeaders(entries(100)).get('x-a')).toHaveLength(100);
    expect(() => readSignedHeaders(entries(101))).toThrowWithCode('MODI_SIGNED_HEADERS_MALFORMED');
    for (const name of [' x-a', 'x-a ', 'X']) {
      expect(() => readSignedHeaders([{ [name]: '' }])).toThrowWithCode('MODI_SIGNED_HEADERS_MALFORMED');
    }
  });

  it('of tracked data', () => {
    const rule = {
      claim: 'c',
      required: true,
      type: 'any',
      minLength: 2,
      maxLength: 3,
      oneOf: undefined,
      pattern: undefined,
    };
    const datum = (value: unknown, further: object = {}) =>
      told(checkAuditClaims, {
        policy: { audit: { rules: [{ ...rule, ...further }] } },
        token: claims({ raw: { c: value } }),
      });
    const refused = (reason: string) => ['MODI_AUDIT_CLAIM_VALUE', { claim: 'c', reason }];
    expect([datum('ab'), datum('abc'), datum(12), datum(true, { maxLength: 4 })]).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect([datum('a'), datum('abcd')]).toEqual([
      refused('expected 2 to 3 characters, found 1'),
      refused('expected 2 to 3 characters, found 4'),
    ]);
    const kinds = 'expected a string, a number or a boolean, found';
    expect([datum(null), datum(['ab'])]).toEqual([refused(`${kinds} null`), refused(`${kinds} an array`)]);
    expect(datum(12, { type: 'string' })).toEqual(refused('expected a string, found a number'));
    expect(datum('ab', { oneOf: new Set(['cd']) })).toEqual(refused('not one of the agreed values'));
    expect(datum('ab', { pattern: /^c/ })).toEqual(refused('not of the agreed form'));
    expect(datum(undefined)).toEqual(['MODI_AUDIT_CLAIM_MISSING', { claim: 'c' }]);
    expect(datum(undefined, { required: false })).toBe('ok');
  });
});

describe('headers', () => {
  const authorization = (value: string) => told(checkAuthorization, { headers: { authorization: [value] } });
  const scheme = (found: string) => ['MODI_AUTHORIZATION_SCHEME', { found, expected: 'Bearer' }];

  it('a scheme is repeated, a token in its place is not', () => {
    expect([authorization('Bearer x'), authorization('BEARER  x ')]).toEqual(['ok', 'ok']);
    expect(authorization('abcdefghijkl x')).toEqual(scheme('abcdefghijkl'));
    expect(authorization('abcdefghijklm x')).toEqual(scheme('none'));
    expect(authorization('a.b x')).toEqual(scheme('none'));
    expect(authorization(' Basic x')).toEqual(scheme('Basic'));
    expect(authorization('Bearer-x')).toEqual(scheme('Bearer-x'));
  });

  it('the same before an integrity token', () => {
    const header = (value: string) => told(checkSignatureHeader, { headers: { 'agid-jwt-signature': [value] } });
    const refused = (found: string) => ['MODI_SIGNATURE_HEADER_SCHEME', { found }];
    expect(header('a.b.c')).toBe('ok');
    expect(header('abcdefghijkl x')).toEqual(refused('abcdefghijkl'));
    expect(header('abcdefghijklm x')).toEqual(refused('several words'));
    expect(header(' x')).toEqual(refused(''));
  });

  it('a body that is announced needs its token at once', () => {
    const length = (...values: string[]) =>
      told(checkSignatureHeader, { policy: { tokenOnEmptyBody: false }, headers: { 'content-length': values } });
    expect([length('0'), length('000'), length()]).toEqual(['ok', 'ok', 'ok']);
    expect([length('10'), length('05')]).toEqual(Array(2).fill(['MODI_SIGNATURE_HEADER_MISSING', {}]));
    expect(told(checkSignatureHeader, { policy: { tokenOnEmptyBody: false } })).toBe('ok');
  });
});

describe('key references', () => {
  const reference = (raw: object, signers: object = { maxChain: 2 }) => {
    const one = verification({ policy: { signers }, token: { jose: { alg: 'ES256', raw } as never } });
    checkKeyReference('ID_AUTH').run(one);
    return one.tokens.ID_AUTH?.reference;
  };
  const refusal = (raw: object, signers?: object): unknown => {
    try {
      return reference(raw, signers);
    } catch (error) {
      return error instanceof Refusal ? [error.code, error.params] : error;
    }
  };
  const base64 = (characters: number): string => 'A'.repeat(characters);

  it('by kid: printable, at most 256 characters', () => {
    const signers = { maxChain: 2, byKid: () => undefined };
    expect(reference({ kid: '!~' }, signers)).toEqual({ x5c: undefined, thumbprint: undefined, kid: '!~' });
    expect(reference({ kid: 'x'.repeat(256) }, signers)?.kid).toHaveLength(256);
    for (const kid of ['', 'x'.repeat(257), 'a b', 'a\n', ' a', 5, null]) {
      expect(refusal({ kid }, signers)).toEqual(['MODI_KID_MALFORMED', {}]);
    }
  });

  it('none: it is told what is accepted, and what is not looked at', () => {
    const none = (expected: string, found = 'none') => ['MODI_KEY_REFERENCE', { found, expected }];
    const by = () => undefined;
    expect(refusal({})).toEqual(none('x5c, x5t#S256'));
    expect(refusal({}, { maxChain: 2, byUrl: by })).toEqual(none('x5c, x5t#S256, x5u'));
    expect(refusal({}, { maxChain: 2, byKid: by })).toEqual(none('x5c, x5t#S256, kid'));
    const all = { jwk: {}, jku: '', x5u: '', x5t: '', kid: '' };
    expect(refusal(all)).toEqual(none('x5c, x5t#S256', 'jwk, jku, x5u, x5t, kid'));
  });

  it('by x5c: as many as a path has, none too large', () => {
    const der = base64(22_000);
    expect(reference({ x5c: [der, 'AAAA'] })?.x5c).toHaveLength(2);
    expect(refusal({ x5c: ['AAAA', base64(22_004)] })).toEqual([
      'MODI_X5C_MALFORMED',
      { reason: 'element 2 is too large' },
    ]);
    expect(refusal({ x5c: ['AAAA', ''] })).toEqual(['MODI_X5C_MALFORMED', { reason: 'element 2 is not base64' }]);
    expect(refusal({ x5c: ['AAAA', 'AAAA', 'AAAA'] })).toEqual(['MODI_X5C_TOO_MANY', { found: 3, max: 2 }]);
  });

  it('by thumbprint: 43 characters of base64url, and no more around them', () => {
    const thumbprint = 'A'.repeat(43);
    expect(reference({ 'x5t#S256': thumbprint })).toEqual({ x5c: undefined, thumbprint });
    for (const wrong of [`${thumbprint}A`, `=${thumbprint}`, `${thumbprint}\n`]) {
      expect(refusal({ 'x5t#S256': wrong })).toEqual(['MODI_X5T_MALFORMED', {}]);
    }
  });

  it('by x5u: https, no user, no fragment, an allowed host, at most 2048 characters', () => {
    const signers = { maxChain: 2, urlHosts: new Set(['a.example', 'b.example:8443']) };
    const url = `https://a.example/${'x'.repeat(2030)}`;
    expect(url).toHaveLength(2048);
    expect(reference({ x5u: url }, signers)).toEqual({ x5c: undefined, thumbprint: undefined, url });
    expect(reference({ x5u: 'HTTPS://B.example:8443' }, signers)?.url).toBe('https://b.example:8443/');
    for (const x5u of [
      `${url}x`,
      'http://a.example/',
      'https://u@a.example/',
      'https://:p@a.example/',
      'https://a.example/#f',
      'a.example',
      5,
    ]) {
      expect(refusal({ x5u }, signers)).toEqual(['MODI_X5U_MALFORMED', {}]);
    }
    expect(refusal({ x5u: 'https://c.example/' }, signers)).toEqual(['MODI_X5U_HOST', { found: 'c.example' }]);
    const thumbprint = 'A'.repeat(43);
    expect(reference({ x5u: 'http://c.example', 'x5t#S256': thumbprint })).toEqual({ x5c: undefined, thumbprint });
  });
});

describe('a digest', () => {
  it('in a voucher is SHA-256 in 64 hexadecimal digits, of the token as it was sent', () => {
    const sent = createHash('sha256').update('a.b.c').digest('hex');
    const digest = (value: unknown, alg: unknown = 'SHA256') =>
      told(checkAuditDigest, { token: claims({ raw: { digest: { alg, value } } }) });
    const malformed = (reason: string) => ['MODI_AUDIT_DIGEST_MALFORMED', { reason }];
    expect([digest(sent), digest(sent.toUpperCase())]).toEqual(['ok', 'ok']);
    expect([digest(`${sent}0`), digest(`0${sent}`)]).toEqual(Array(2).fill(malformed('value has 65 characters')));
    expect([digest(5), digest(sent, 'SHA512')]).toEqual([malformed('value is a number'), malformed('alg is SHA512')]);
    expect(digest([sent])).toEqual(malformed('value is an array'));
  });

  it('of a token is over its bytes, one for each character', () => {
    const text = 'a.b.\xe8';
    const sent = createHash('sha256').update(Buffer.from(text, 'latin1'));
    const value = sent.copy().digest('hex');
    const audit = { ...claims({ raw: { digest: { alg: 'SHA256', value } } }), text };
    expect(told(checkAuditDigest, { token: audit })).toBe('ok');
    const proof = { ...claims({ raw: { ath: sent.digest('base64url') } }), text };
    expect(told(checkDpopToken, { token: proof })).toBe('ok');
    expect(told(checkDpopToken, { token: { ...proof, text: 'a.b.c' } })).toEqual(['MODI_DPOP_TOKEN_HASH', {}]);
  });

  it('of an audience is compared whole; all of ours are told', () => {
    const audience = (...aud: string[]) =>
      told(checkAudience('ID_AUTH'), {
        policy: { audience: { ID_AUTH: new Set(['a', 'b']) } },
        token: claims({ aud }),
      });
    expect(audience('x', 'b')).toBe('ok');
    expect(audience('x', 'y')).toEqual(['MODI_AUDIENCE_MISMATCH', { found: 'x, y', expected: 'a, b' }]);
    expect(audience('x'.repeat(201))).toEqual([
      'MODI_AUDIENCE_MISMATCH',
      { found: `${'x'.repeat(200)}...`, expected: 'a, b' },
    ]);
  });

  it('of another length is another digest', () => {
    const given = (bytes: Buffer) => ({
      further: { body: { length: 1, digest: Buffer.from([1, 2]) }, digest: { algorithm: 'SHA-256', bytes } } as never,
    });
    expect(told(checkDigest, given(Buffer.from([1, 2])))).toBe('ok');
    const params = { length: 1, expected: 'SHA-256=AQI=', found: 'SHA-256=AQ==' };
    expect(told(checkDigest, given(Buffer.from([1])))).toEqual(['MODI_DIGEST_MISMATCH', params]);
    expect(told(checkDigest, { further: {} })).toBe('ok');
  });
});
