import type { RefusalParams } from './refusal';
import type { ModiCode, TokenKind } from './table';

/** What callers of that product meet: a status, and the word that stands as title, in the URL of the type, and in a header. */
export interface GovwayFace {
  readonly status: number;
  readonly title: string;
}

/** The part of a refusal that decides how it looks. */
export interface RefusalFacts {
  readonly code: ModiCode;
  readonly token: TokenKind | undefined;
  readonly status: number;
  readonly params: RefusalParams;
}

const face = (status: number, title: string): GovwayFace => ({ status, title });

const INVALID_REQUEST = face(400, 'InteroperabilityInvalidRequest');
const DENIED = face(403, 'AuthorizationDeny');
const UNAVAILABLE = face(503, 'APIUnavailable');
const UNSIGNABLE = face(502, 'InteroperabilityResponseManagementFailed');
const INVALID_RESPONSE = face(502, 'InteroperabilityInvalidResponse');

/** Codes that its classes tell apart where our status does not. */
const EXCEPTIONS: Readonly<Partial<Record<ModiCode, GovwayFace>>> = {
  // Its checks on the claims of a voucher are checks of the message, not of the caller.
  MODI_VOUCHER_PRODUCER: INVALID_REQUEST,
  MODI_VOUCHER_ESERVICE: INVALID_REQUEST,
  MODI_VOUCHER_DESCRIPTOR: INVALID_REQUEST,
  MODI_CALLER_NOT_ALLOWED: DENIED,
  MODI_CALLER_MISMATCH: DENIED,
  MODI_IDENTITY_MISSING: face(403, 'Authorization'),
  MODI_CONSUMER_UNKNOWN: face(403, 'Authorization'),
  MODI_CLAIM_RULE_MISSING: face(403, 'AuthorizationTokenDeny'),
  MODI_CLAIM_RULE_MISMATCH: face(403, 'AuthorizationTokenDeny'),
  MODI_ANSWER_UNSIGNED: INVALID_RESPONSE,
  MODI_ANSWER_REQUEST_DIGEST_MISSING: INVALID_RESPONSE,
  MODI_ANSWER_REQUEST_DIGEST_MISMATCH: INVALID_RESPONSE,
};

const REQUIRED = face(401, 'TokenAuthenticationRequired');
const FAILED = face(401, 'TokenAuthenticationFailed');

/** Codes whose class depends on the token, whatever our status. */
const BY_TOKEN: Readonly<Partial<Record<TokenKind, Readonly<Partial<Record<ModiCode, GovwayFace>>>>>> = {
  // As of its other claims: the voucher is there and lacks one, which the check of the message finds.
  VOUCHER: { MODI_CLAIM_MISSING: INVALID_REQUEST },
  // A proof that comes again fails to authenticate; other tokens that do are duplicates.
  DPOP: { MODI_REPLAY: FAILED },
};

/** What fails to authenticate in a word of its own: a token that is not there at all, and times. */
const OF_VOUCHERS: Readonly<Partial<Record<ModiCode, GovwayFace>>> = {
  MODI_AUTHORIZATION_MISSING: REQUIRED,
  MODI_DPOP_MISSING: REQUIRED,
  MODI_TOKEN_EXPIRED: face(401, 'TokenExpired'),
  MODI_TOKEN_TOO_OLD: face(401, 'TokenExpired'),
  MODI_TOKEN_FROM_FUTURE: face(401, 'TokenInTheFuture'),
  MODI_TOKEN_NOT_YET_VALID: face(401, 'TokenNotBefore'),
};

/**
 * The face of a refusal under `compat: govway`. That product answers 400 to everything wrong with a ModI token or a
 * digest, and 401 to a voucher or a DPoP proof only; a class it has no word for keeps our status as a `BadRequest`.
 * `takesVouchers`: what is not in Authorization is a voucher.
 */
export function govwayOf({ code, token, status }: Omit<RefusalFacts, 'params'>, takesVouchers = false): GovwayFace {
  const exception = EXCEPTIONS[code] ?? (token && BY_TOKEN[token]?.[code]);
  if (exception !== undefined) return exception;
  const isOfVoucher = ofVoucher(code, token) || (takesVouchers && code === 'MODI_AUTHORIZATION_MISSING');
  if (status === 401 && isOfVoucher) return OF_VOUCHERS[code] ?? FAILED;
  if (code.startsWith('MODI_ANSWER_') || code.startsWith('MODI_SIGNING_')) return UNSIGNABLE;
  return byStatus(status);
}

function byStatus(status: number): GovwayFace {
  if (status >= 500) return UNAVAILABLE;
  switch (status) {
    case 400:
    case 401:
      return INVALID_REQUEST;
    case 403:
      return DENIED;
    case 409:
      return face(409, 'Conflict');
    case 429:
      return face(429, 'LimitExceeded');
    default:
      return face(status, 'BadRequest');
  }
}

/** By kind where there is one: vouchers and proofs come from another authority than ModI's own tokens. */
const ofVoucher = (code: string, token: string | undefined): boolean =>
  ['VOUCHER', 'DPOP'].includes(token ?? '') || /^MODI_(VOUCHER|DPOP)_/.test(code);
