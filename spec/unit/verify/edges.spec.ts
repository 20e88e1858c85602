import { describe, expect, it } from 'vitest';
import type { Verification } from '../../../plugins/core/verify';
import { checkClaims } from '../../../plugins/core/verify/check-claims';
import { checkDigestHeader } from '../../../plugins/core/verify/check-digest-header';
import { checkDnonce } from '../../../plugins/core/verify/check-dnonce';
import { checkDpopClaims } from '../../../plugins/core/verify/check-dpop-claims';
import { checkDpopHeader } from '../../../plugins/core/verify/check-dpop-header';
import { checkDpopKey } from '../../../plugins/core/verify/check-dpop-key';
import { checkDpopRequest } from '../../../plugins/core/verify/check-dpop-request';
import { checkIdentity } from '../../../plugins/core/verify/check-identity';
import { checkJti } from '../../../plugins/core/verify/check-jti';
import { checkKeyReference } from '../../../plugins/core/verify/check-key-reference';
import { checkKidHeader } from '../../../plugins/core/verify/check-kid-header';
import { checkPayload } from '../../../plugins/core/verify/check-payload';
import { checkRequestDigest } from '../../../plugins/core/verify/check-request-digest';
import { checkSignature } from '../../../plugins/core/verify/check-signature';
import { judged, made, type Json, type Kind } from '../../support/verification';

describe('what JSON makes of values is not what is asked for', () => {
  const times = { iat: 0, exp: 1, aud: 'a' };
  const claims = (payload: unknown, kind: Kind = 'AUDIT') => judged(checkClaims(kind), made(kind, { payload }));
  const wrong = (claim: string, expected: string, found: string) => [
    'MODI_CLAIM_TYPE',
    'AUDIT',
    { claim, expected, found },
  ];

  it('in claims', () => {
    const { tokens } = claims({ ...times, jti: 5 }) as Verification;
    const none = { nbf: undefined, iss: undefined, sub: undefined, clientId: undefined, jti: undefined };
    expect(tokens.AUDIT?.claims).toEqual({ ...times, ...none, aud: ['a'], raw: { ...times, jti: 5 } });
    for (const aud of [['a', 5], [], 5, null]) {
      expect(claims({ ...times, aud })).toMatchObject(['MODI_CLAIM_TYPE', 'AUDIT', { claim: 'aud' }]);
    }
    expect(claims({ ...times, iat: [1] })).toEqual(wrong('iat', 'a number of seconds', 'an array'));
    expect(claims({ ...times, iss: '' })).toEqual(wrong('iss', 'a non-empty string', 'a string'));
    expect(claims('[]')).toEqual(['MODI_TOKEN_MALFORMED', 'AUDIT', { reason: 'the payload is not a JSON object' }]);
    const voucher = { ...times, nbf: 0, aud: ['a, b', 'c'] };
    expect((claims(voucher, 'VOUCHER') as Verification).tokens.VOUCHER?.claims?.aud).toEqual(['a', 'b', 'c']);
    expect(claims(times, 'VOUCHER')).toEqual(['MODI_CLAIM_MISSING', 'VOUCHER', { claim: 'nbf' }]);
    expect(claims(times, 'INTEGRITY')).toEqual(['MODI_CLAIM_MISSING', 'INTEGRITY', { claim: 'signed_headers' }]);
  });

  it('in a dnonce', () => {
    const dnonce = (value: unknown) => judged(checkDnonce, made('AUDIT', { claims: { raw: { dnonce: value } } }));
    const found = (text: string) => ['MODI_AUDIT_DNONCE', 'AUDIT', { found: text }];
    expect(dnonce(['4815162342007'])).toEqual(found('an array'));
    expect(dnonce('48151623420070')).toEqual(found('14 characters'));
    expect(dnonce('481516234200x')).toEqual(found('13 characters'));
    expect([dnonce(4815162342007.5), dnonce(2 ** 60)]).toEqual([found('a number'), found('a number')]);
    expect([dnonce(4815162342007), dnonce('0000000000000')].every((one) => !Array.isArray(one))).toBe(true);
  });

  it('in references to keys', () => {
    const reference = (raw: Json, signers: Json) => {
      const verification = made('AUDIT', { jose: { alg: 'ES256', raw } }, { signers: { maxChain: 1, ...signers } });
      const outcome = judged(checkKeyReference('AUDIT'), verification);
      return Array.isArray(outcome) ? (outcome as unknown[])[0] : checkKeyReference('AUDIT').proved(verification);
    };
    const urls = { urlHosts: new Set(['a.example']) };
    const thumbprint = 'A'.repeat(43);
    expect(reference({ 'x5t#S256': [thumbprint] }, {})).toBe('MODI_X5T_MALFORMED');
    expect(reference({ x5u: ['https://a.example/'] }, urls)).toBe('MODI_X5U_MALFORMED');
    expect(reference({ kid: ['k'] }, { byKid: () => undefined })).toBe('MODI_KID_MALFORMED');
    expect(reference({ kid: 'k' }, { byKid: () => undefined })).toBe('kid k');
    expect(reference({ x5u: 'https://a.example/x' }, urls)).toBe('x5u https://a.example/x');
    expect(reference({ 'x5t#S256': thumbprint }, urls)).toBe(`x5t#S256 ${thumbprint}`);
    expect(reference({ x5u: 'https://a.example/', 'x5t#S256': thumbprint, x5c: ['AAAA'] }, urls)).toBe(
      'MODI_KEY_REFERENCE_CONFLICT',
    );
  });
});

describe('a token of the platform’s world', () => {
  const policy = { pdnd: { voucherTypes: new Set(['at+jwt', 'x+jwt']) }, algorithms: new Set(['ES256', 'RS256']) };
  const header = (kind: Kind, jose: unknown) => judged(checkKidHeader(kind), made(kind, { header: jose }, policy));

  it('has a header that can be read, a typ, a kid', () => {
    const good = { typ: 'at+jwt', alg: 'RS256', kid: 'k' };
    expect(header('VOUCHER', '[]')).toEqual([
      ...['MODI_TOKEN_MALFORMED', 'VOUCHER'],
      { reason: 'the header is not a JSON object' },
    ]);
    const typ = (found: string) => ['MODI_VOUCHER_TYP', 'VOUCHER', { found, expected: 'at+jwt, x+jwt' }];
    expect(header('VOUCHER', { ...good, typ: 'x/application/at+jwt' })).toEqual(typ('x/application/at+jwt'));
    expect(header('VOUCHER', { ...good, typ: undefined })).toEqual(typ('absent'));
    expect(header('VOUCHER', { ...good, typ: 'Application/X+JWT' })).not.toBeInstanceOf(Array);
    expect(header('VOUCHER', { ...good, kid: '' })).toEqual(['MODI_KID_MALFORMED', 'VOUCHER', { max: 128 }]);
    expect(header('VOUCHER', { ...good, kid: ['k'] })).toEqual(['MODI_KID_MALFORMED', 'VOUCHER', { max: 128 }]);
    expect(header('VOUCHER', { ...good, alg: 'ES256' })).toEqual([
      ...['MODI_TOKEN_ALG', 'VOUCHER'],
      { found: 'ES256', expected: 'RS256' },
    ]);
    expect(header('AUDIT', { ...good, typ: 'JWT', alg: 'none' })).toEqual([
      ...['MODI_TOKEN_ALG', 'AUDIT'],
      { found: 'none', expected: 'ES256 RS256' },
    ]);
    expect(() => {
      checkKidHeader('VOUCHER').run(made('VOUCHER', { header: good }));
    }).toThrow('the policy of vouchers is not established yet');
  });

  it('has a jti where its pattern asks for one', () => {
    const jti = (kind: Kind, given: Json) => judged(checkJti(kind), made(kind, { claims: { raw: {} } }, given));
    const missing = (kind: Kind, pattern: string) => ['MODI_JTI_MISSING', kind, { pattern }];
    const byKid = { integrity: 'INTEGRITY_REST_02', unique: false };
    expect(jti('ID_AUTH', byKid)).not.toBeInstanceOf(Array);
    expect(jti('INTEGRITY', byKid)).toEqual(missing('INTEGRITY', 'INTEGRITY_REST_02'));
    expect(jti('INTEGRITY', { integrity: 'INTEGRITY_REST_01', unique: false })).not.toBeInstanceOf(Array);
    expect(jti('AUDIT', { audit: { pattern: 'AUDIT_REST_01' } })).toEqual(missing('AUDIT', 'AUDIT_REST_01'));
    expect(jti('AUDIT', { unique: true, authentication: 'ID_AUTH_REST_02' })).not.toBeInstanceOf(Array);
    expect(jti('ID_AUTH', { unique: true, authentication: 'ID_AUTH_REST_02' })).toEqual(
      missing('ID_AUTH', 'ID_AUTH_REST_02'),
    );
  });
});

describe('a proof', () => {
  const dpop = {
    maxAge: 60,
    algorithms: new Set(['ES256', 'RS256']),
    publicBases: ['https://a.example', 'https://b.example'],
  };
  const policy = { pdnd: { dpop } };

  it('comes alone in its header', () => {
    const sent = (...values: string[]) =>
      judged(
        checkDpopHeader,
        made('VOUCHER', {}, {}, { headers: new Map(values.length === 0 ? [] : [['dpop', values]]) }),
      );
    expect([sent(), sent('')]).toEqual(Array(2).fill(['MODI_DPOP_MISSING', 'DPOP', {}]));
    expect([sent('a', 'b'), sent('a,b'), sent('a,b', 'c')]).toEqual(
      [2, 2, 3].map((count) => ['MODI_DPOP_DUPLICATE', 'DPOP', { count }]),
    );
    expect((sent('a.b.c') as Verification).tokens.DPOP).toEqual({ kind: 'DPOP', text: 'a.b.c' });
  });

  it('has a header that can be read, and an algorithm of ours', () => {
    const key = (header: unknown) => judged(checkDpopKey, made('DPOP', { header }, policy));
    expect(key('5')).toEqual(['MODI_TOKEN_MALFORMED', 'DPOP', { reason: 'the header is not a JSON object' }]);
    expect(key({ typ: 'dpop+jwt', alg: 'none' })).toEqual([
      ...['MODI_TOKEN_ALG', 'DPOP'],
      { found: 'none', expected: 'ES256 RS256' },
    ]);
    const jwk = { kty: 'RSA', e: 'AQAB', n: Buffer.alloc(256, 0xc1).toString('base64url'), use: 'sig', kid: 'k' };
    expect(key({ typ: 'dpop+jwt', alg: 'RS256', jwk })).toEqual([
      ...['MODI_DPOP_JWK', 'DPOP'],
      { reason: 'it holds further members (use, kid)' },
    ]);
    for (const none of [undefined, null, 'x', []]) {
      expect(key({ typ: 'dpop+jwt', alg: 'RS256', jwk: none })).toMatchObject(['MODI_DPOP_JWK', 'DPOP', {}]);
    }
  });

  it('has claims of their types', () => {
    const good = { htm: 'GET', htu: 'u', ath: 'x', jti: 'j', iat: 0 };
    const claims = (payload: unknown) => judged(checkDpopClaims, made('DPOP', { payload }, policy));
    const none = { nbf: undefined, iss: undefined, sub: undefined, clientId: undefined };
    expect((claims(good) as Verification).tokens.DPOP?.claims).toEqual({
      ...{ iat: 0, exp: 60, aud: [], jti: 'j', raw: good },
      ...none,
    });
    expect(claims('[]')).toEqual(['MODI_TOKEN_MALFORMED', 'DPOP', { reason: 'the payload is not a JSON object' }]);
    expect(claims({ ...good, jti: 'x'.repeat(255) })).not.toBeInstanceOf(Array);
    expect(claims({ ...good, jti: 'x'.repeat(256) })).toEqual([
      ...['MODI_JTI_MALFORMED', 'DPOP'],
      { max: 255, found: '256 characters' },
    ]);
    for (const claim of ['htm', 'htu', 'ath', 'jti', 'iat']) {
      expect(claims({ ...good, [claim]: undefined })).toEqual(['MODI_CLAIM_MISSING', 'DPOP', { claim }]);
    }
    const type = (claim: string, expected: string, found: string) => [
      'MODI_CLAIM_TYPE',
      'DPOP',
      { claim, expected, found },
    ];
    expect(claims({ ...good, htm: '' })).toEqual(type('htm', 'a non-empty string', 'a string'));
    expect(claims({ ...good, ath: 5 })).toEqual(type('ath', 'a non-empty string', 'a number'));
    const seconds = 'a number of seconds';
    expect([claims({ ...good, iat: '0' }), claims({ ...good, iat: -1 })]).toEqual([
      type('iat', seconds, 'a string'),
      type('iat', seconds, 'a number'),
    ]);
    expect(claims('{"htm":"GET","htu":"u","ath":"x","jti":"j","iat":1e999}')).toEqual(type('iat', seconds, 'a number'));
  });

  it('is made for one of the public addresses, for nothing where the target has no path', () => {
    const request = (htu: string, target: string) => {
      const given = made('DPOP', { claims: { raw: { htm: 'GET', htu } } }, policy, {
        request: { method: 'GET', target },
      });
      return judged(checkDpopRequest, given);
    };
    expect(request('https://b.example/x', '/x?y')).not.toBeInstanceOf(Array);
    const expected = 'https://a.example/x, https://b.example/x';
    expect(request('https://c.example/x', '/x')).toEqual([
      ...['MODI_DPOP_URI', 'DPOP'],
      { found: 'https://c.example/x', expected },
    ]);
    expect(request('undefined', '*')).toEqual(['MODI_DPOP_URI', 'DPOP', { found: 'undefined', expected: '' }]);
    expect(request('https://a.exampleundefined', '*')).toMatchObject(['MODI_DPOP_URI', 'DPOP', { expected: '' }]);
  });
});

describe('the tie to the request', () => {
  it('is refused of the integrity token', () => {
    const answer = { requestDigest: 'SHA-256=a', requestDigestRequired: true };
    const tied = (value: unknown, given: Json = answer) =>
      judged(
        checkRequestDigest,
        made('INTEGRITY', { claims: { raw: { request_digest: value } } }, {}, { answer: given }),
      );
    expect(tied('SHA-256=a')).not.toBeInstanceOf(Array);
    expect(tied(undefined)).toEqual(['MODI_ANSWER_REQUEST_DIGEST_MISSING', 'INTEGRITY', {}]);
    expect(tied(undefined, { ...answer, requestDigestRequired: false })).not.toBeInstanceOf(Array);
    expect(tied(undefined, { requestDigestRequired: true })).not.toBeInstanceOf(Array);
    expect(tied('SHA-256=b')).toEqual(['MODI_ANSWER_REQUEST_DIGEST_MISMATCH', 'INTEGRITY', {}]);
    expect(tied(5)).toEqual([
      ...['MODI_CLAIM_TYPE', 'INTEGRITY'],
      { claim: 'request_digest', expected: 'a string', found: 'a number' },
    ]);
  });

  it('a signature of parts that were not cut is out of order', () => {
    const key = { type: 'EC', curve: 'P-256' };
    const early = made('AUDIT', { jose: { alg: 'ES256', raw: {} }, key, parts: undefined });
    expect(() => {
      checkSignature('AUDIT').run(early);
    }).toThrow('form is not established yet');
  });
});

describe('what is there without what belongs to it', () => {
  it('a body without its token, or its Digest', () => {
    const payload = (tokens: Json, digest?: Json) => {
      const policy = { maxBodySize: 9, tokenOnEmptyBody: false };
      return judged(checkPayload, made('AUDIT', {}, policy, { tokens, digest, body: { length: 1 } }));
    };
    expect(payload({})).toEqual(['MODI_SIGNATURE_HEADER_MISSING', 'INTEGRITY', {}]);
    expect(payload({ INTEGRITY: {} })).toEqual(['MODI_DIGEST_MISSING', undefined, {}]);
    expect(payload({ INTEGRITY: {} }, {})).not.toBeInstanceOf(Array);
  });

  it('a Digest in an encoding or by an algorithm that is not taken: all that are, are told', () => {
    const digest = (algorithms: string[], encodings: string[]) => {
      const policy = { digestAlgorithms: new Set(algorithms), digestEncodings: new Set(encodings) };
      const headers = new Map([['digest', ['SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=']]]);
      return judged(checkDigestHeader, made('AUDIT', {}, policy, { headers }));
    };
    expect(digest(['SHA-256'], ['hex', 'x'])).toEqual([
      ...['MODI_DIGEST_ENCODING', undefined],
      { found: 'base64', expected: 'hex, x' },
    ]);
    expect(digest(['SHA-384', 'SHA-512'], ['base64'])).toEqual([
      ...['MODI_DIGEST_ALGORITHM', undefined],
      { found: 'SHA-256', expected: 'SHA-384, SHA-512' },
    ]);
  });

  it('an identity out of what was not established', () => {
    const identity = (identityClaim: string) => () => {
      checkIdentity.run(made('ID_AUTH', {}, { party: { identityClaim } }));
    };
    expect(identity('application')).toThrow('caller is not established yet');
    expect(identity('certificate')).toThrow('certificate is not established yet');
    expect(identity('sub')).toThrow('claims is not established yet');
  });
});
