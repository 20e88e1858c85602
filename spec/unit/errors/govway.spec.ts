import { describe, expect, it } from 'vitest';
import {
  ERROR_TABLE,
  govwayOf,
  renderRefusal,
  VerificationError,
  type ModiCode,
  type RefusalContext,
  type TokenKind,
} from '../../../plugins/core/errors';

const CODES = Object.keys(ERROR_TABLE) as ModiCode[];

/** The statuses and titles known of that product; for other classes a BadRequest with our own status. */
const KNOWN = new Set([
  '400 InteroperabilityInvalidRequest',
  '401 TokenAuthenticationRequired',
  '401 TokenAuthenticationFailed',
  '401 TokenExpired',
  '401 TokenInTheFuture',
  '401 TokenNotBefore',
  '403 Authorization',
  '403 AuthorizationDeny',
  '403 AuthorizationTokenDeny',
  '409 Conflict',
  '413 BadRequest',
  '429 LimitExceeded',
  '431 BadRequest',
  '502 InteroperabilityInvalidResponse',
  '502 InteroperabilityResponseManagementFailed',
  '503 APIUnavailable',
]);

const face = (code: ModiCode, token?: TokenKind): string => {
  const { status, title } = govwayOf(new VerificationError(code, {}, token));
  return `${status} ${title}`;
};

const rendered = (code: ModiCode, more: Partial<RefusalContext> = {}, token?: TokenKind) => {
  const params = { found: 'x', expected: 'y', retryAfter: 7 };
  const context: RefusalContext = {
    disclosure: 'code',
    language: 'en',
    requestId: 'abc',
    realm: null,
    compat: 'govway',
    ...more,
  };
  const answer = renderRefusal(new VerificationError(code, params, token), context);
  return { ...answer, body: JSON.parse(answer.body) as Record<string, unknown> };
};

describe('the words of the other product', () => {
  it.each(CODES)('are known for %s, in every token, and our code stands beside them', (code) => {
    for (const token of [undefined, 'ID_AUTH', 'INTEGRITY'] as const) {
      expect(KNOWN).toContain(face(code, token));
      const { status, headers, body } = rendered(code, {}, token);
      expect(body).toMatchObject({
        type: `https://govway.org/handling-errors/${status}/${String(body['title'])}.html`,
        status,
        code,
        govway_id: 'abc',
      });
      expect(String(body['detail']).length).toBeGreaterThan(3);
      expect(`${status} ${headers['GovWay-Transaction-ErrorType']}`).toBe(face(code, token));
      expect(headers['GovWay-Transaction-ID']).toBe('abc');
      expect(headers['Content-Type']).toBe('application/problem+json');
      expect('WWW-Authenticate' in headers).toBe(status === 401);
      expect('Retry-After' in headers).toBe(status === 503 || status === 429);
    }
  });

  it.each<[ModiCode, TokenKind | undefined, string]>([
    ['MODI_AUTHORIZATION_MISSING', undefined, '400 InteroperabilityInvalidRequest'],
    ['MODI_SIGNATURE_HEADER_MISSING', 'INTEGRITY', '400 InteroperabilityInvalidRequest'],
    ['MODI_SIGNATURE_INVALID', 'ID_AUTH', '400 InteroperabilityInvalidRequest'],
    ['MODI_CERTIFICATE_REVOKED', 'ID_AUTH', '400 InteroperabilityInvalidRequest'],
    ['MODI_TOKEN_EXPIRED', 'ID_AUTH', '400 InteroperabilityInvalidRequest'],
    ['MODI_AUDIENCE_MISMATCH', 'INTEGRITY', '400 InteroperabilityInvalidRequest'],
    ['MODI_DIGEST_MISMATCH', undefined, '400 InteroperabilityInvalidRequest'],
    ['MODI_REPLAY', 'ID_AUTH', '409 Conflict'],
    ['MODI_REPLAY', 'DPOP', '401 TokenAuthenticationFailed'],
    ['MODI_VOUCHER_PRODUCER', 'VOUCHER', '400 InteroperabilityInvalidRequest'],
    ['MODI_VOUCHER_ESERVICE', 'VOUCHER', '400 InteroperabilityInvalidRequest'],
    ['MODI_VOUCHER_DESCRIPTOR', 'VOUCHER', '400 InteroperabilityInvalidRequest'],
    ['MODI_CONSUMER_UNKNOWN', 'ID_AUTH', '403 Authorization'],
    ['MODI_CALLER_NOT_ALLOWED', 'ID_AUTH', '403 AuthorizationDeny'],
    ['MODI_CLAIM_RULE_MISMATCH', 'INTEGRITY', '403 AuthorizationTokenDeny'],
    ['MODI_VOUCHER_KID_UNKNOWN', undefined, '401 TokenAuthenticationFailed'],
    ['MODI_VOUCHER_KEYS_UNAVAILABLE', undefined, '503 APIUnavailable'],
    ['MODI_REPLAY_STORE_DOWN', undefined, '503 APIUnavailable'],
    ['MODI_ANSWER_UNSIGNED', 'INTEGRITY', '502 InteroperabilityInvalidResponse'],
    ['MODI_SIGNING_CERTIFICATE_EXPIRED', undefined, '502 InteroperabilityResponseManagementFailed'],
    ['MODI_INTERNAL', undefined, '503 APIUnavailable'],
  ])('for %s in %s are %s', (code, token, expected) => {
    expect(face(code, token)).toBe(expected);
  });

  it.each<[ModiCode, string]>([
    ['MODI_CLAIM_MISSING', '400 InteroperabilityInvalidRequest'],
    ['MODI_VOUCHER_PRODUCER', '400 InteroperabilityInvalidRequest'],
    ['MODI_VOUCHER_ESERVICE', '400 InteroperabilityInvalidRequest'],
    ['MODI_VOUCHER_DESCRIPTOR', '400 InteroperabilityInvalidRequest'],
    ['MODI_TOKEN_EXPIRED', '401 TokenExpired'],
    ['MODI_TOKEN_TOO_OLD', '401 TokenExpired'],
    ['MODI_TOKEN_FROM_FUTURE', '401 TokenInTheFuture'],
    ['MODI_TOKEN_NOT_YET_VALID', '401 TokenNotBefore'],
    ['MODI_TOKEN_MALFORMED', '401 TokenAuthenticationFailed'],
    ['MODI_TOKEN_ALG', '401 TokenAuthenticationFailed'],
    ['MODI_TOKEN_CRIT', '401 TokenAuthenticationFailed'],
    ['MODI_TOKEN_LIFETIME', '401 TokenAuthenticationFailed'],
    ['MODI_KID_MISSING', '401 TokenAuthenticationFailed'],
    ['MODI_KID_MALFORMED', '401 TokenAuthenticationFailed'],
    ['MODI_SIGNATURE_INVALID', '401 TokenAuthenticationFailed'],
    ['MODI_ALG_KEY_MISMATCH', '401 TokenAuthenticationFailed'],
    ['MODI_AUDIENCE_MISMATCH', '401 TokenAuthenticationFailed'],
    ['MODI_CLAIM_TYPE', '401 TokenAuthenticationFailed'],
    ['MODI_VOUCHER_TYP', '401 TokenAuthenticationFailed'],
    ['MODI_VOUCHER_KID_UNKNOWN', '401 TokenAuthenticationFailed'],
    ['MODI_VOUCHER_ISSUER', '401 TokenAuthenticationFailed'],
    ['MODI_VOUCHER_SUBJECT', '401 TokenAuthenticationFailed'],
    ['MODI_VOUCHER_BOUND', '401 TokenAuthenticationFailed'],
    ['MODI_VOUCHER_UNBOUND', '401 TokenAuthenticationFailed'],
    ['MODI_VOUCHER_CONFIRMATION', '401 TokenAuthenticationFailed'],
    ['MODI_DPOP_REQUIRED', '401 TokenAuthenticationFailed'],
    ['MODI_VOUCHER_KEYS_UNAVAILABLE', '503 APIUnavailable'],
    ['MODI_TOKEN_TOO_LARGE', '431 BadRequest'],
  ])('tell %s of a voucher as %s', (code, expected) => {
    expect(face(code, 'VOUCHER')).toBe(expected);
  });

  it.each<[ModiCode, string]>([
    ['MODI_DPOP_MISSING', '401 TokenAuthenticationRequired'],
    ['MODI_TOKEN_TOO_OLD', '401 TokenExpired'],
    ['MODI_TOKEN_FROM_FUTURE', '401 TokenInTheFuture'],
    ['MODI_CLAIM_MISSING', '401 TokenAuthenticationFailed'],
    ['MODI_CLAIM_TYPE', '401 TokenAuthenticationFailed'],
    ['MODI_DPOP_DUPLICATE', '401 TokenAuthenticationFailed'],
    ['MODI_TOKEN_MALFORMED', '401 TokenAuthenticationFailed'],
    ['MODI_DPOP_TYP', '401 TokenAuthenticationFailed'],
    ['MODI_TOKEN_CRIT', '401 TokenAuthenticationFailed'],
    ['MODI_TOKEN_ALG', '401 TokenAuthenticationFailed'],
    ['MODI_DPOP_PRIVATE_KEY', '401 TokenAuthenticationFailed'],
    ['MODI_DPOP_JWK', '401 TokenAuthenticationFailed'],
    ['MODI_SIGNATURE_INVALID', '401 TokenAuthenticationFailed'],
    ['MODI_ALG_KEY_MISMATCH', '401 TokenAuthenticationFailed'],
    ['MODI_JTI_MALFORMED', '401 TokenAuthenticationFailed'],
    ['MODI_DPOP_METHOD', '401 TokenAuthenticationFailed'],
    ['MODI_DPOP_URI', '401 TokenAuthenticationFailed'],
    ['MODI_DPOP_TOKEN_HASH', '401 TokenAuthenticationFailed'],
    ['MODI_DPOP_KEY', '401 TokenAuthenticationFailed'],
    ['MODI_REPLAY', '401 TokenAuthenticationFailed'],
    ['MODI_TOKEN_TOO_LARGE', '431 BadRequest'],
  ])('tell %s of a proof as %s', (code, expected) => {
    expect(face(code, 'DPOP')).toBe(expected);
  });

  it('ask for a voucher where there is none, without a word of what is wrong, and only where one is taken', () => {
    const { status, headers, body } = rendered('MODI_AUTHORIZATION_MISSING', { schemes: ['Bearer', 'DPoP'] });
    expect(`${status} ${String(body['title'])}`).toBe('401 TokenAuthenticationRequired');
    expect(headers['WWW-Authenticate']).toBe('Bearer, DPoP');
    expect(rendered('MODI_AUTHORIZATION_MISSING').status).toBe(400);
    expect(rendered('MODI_AUTHORIZATION_DUPLICATE', { schemes: ['Bearer'] }).status).toBe(400);
    expect(rendered('MODI_VOUCHER_SCHEME', { schemes: ['DPoP'] }).body['title']).toBe('TokenAuthenticationFailed');
  });

  it('give the exact cause by its own names only where everything is disclosed', () => {
    const full = rendered('MODI_DIGEST_MISMATCH', { disclosure: 'full' });
    expect(full.headers['GovWay-Transaction-ErrorStatus']).toBe('MODI_DIGEST_MISMATCH');
    expect(full.body).toMatchObject({ govway_status: 'MODI_DIGEST_MISMATCH', expected: 'y', found: 'x' });
    const usual = rendered('MODI_DIGEST_MISMATCH');
    expect(usual.headers).not.toHaveProperty('GovWay-Transaction-ErrorStatus');
    for (const member of ['govway_status', 'expected', 'found']) expect(usual.body).not.toHaveProperty(member);
  });

  it('say next to nothing where nothing is disclosed', () => {
    const { body, headers } = rendered('MODI_DIGEST_MISMATCH', { disclosure: 'none', requestId: undefined });
    expect(Object.keys(body)).toEqual(['type', 'title', 'status']);
    expect(headers).not.toHaveProperty('GovWay-Transaction-ID');
  });

  it('keep the titles English and the details in the caller’s language', () => {
    const { body, headers } = rendered('MODI_DIGEST_MISSING', { language: 'it' });
    expect(body['title']).toBe('InteroperabilityInvalidRequest');
    expect(body['detail']).toMatch(/Digest/);
    expect(body['detail']).not.toBe(rendered('MODI_DIGEST_MISSING').body['detail']);
    expect(headers['Content-Language']).toBe('it');
  });
});
