import { govwayOf } from './govway';
import { govwayHeaders, govwayProblem } from './govway-problem';
import { hintOf } from './hint';
import type { Language } from './language';
import type { Refusal, RefusalParams } from './refusal';
import { rowOf, type ModiCode, type TokenKind } from './table';

/** How much of a refusal the caller is told. The operator's log always has all of it. */
export type Disclosure = 'none' | 'code' | 'full';

export interface RefusalContext {
  readonly disclosure: Disclosure;
  readonly language: Language;
  /** Kong's request id: the number a help desk asks for. */
  readonly requestId: string | undefined;
  readonly realm: string | null;
  /** Whose statuses and words are spoken; our own when absent. */
  readonly compat?: 'standard' | 'govway';
  /** What Authorization may begin with on a route that takes vouchers; Bearer when absent. */
  readonly schemes?: readonly AuthorizationScheme[];
}

export type AuthorizationScheme = 'Bearer' | 'DPoP';

/** What the gateway answers: status, headers and body of one problem (RFC 9457). */
export interface RefusalAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Seconds after which a caller may try again when our side is the reason and does not know better. */
const RETRY_AFTER_SECONDS = 5;

const TYPE_BASE = 'urn:modi:error:';

/** The answer to a refused request: `application/problem+json`, with the challenge on 401 and Retry-After on 429 and 503. */
export function renderRefusal(refusal: Refusal, context: RefusalContext): RefusalAnswer {
  if (context.compat === 'govway') {
    const face = govwayOf(refusal, context.schemes !== undefined);
    const headers = { ...headersOf(refusal, face.status, context), ...govwayHeaders(face, refusal, context) };
    return { status: face.status, headers, body: JSON.stringify(govwayProblem(face, refusal, context)) };
  }
  return {
    status: refusal.status,
    headers: headersOf(refusal, refusal.status, context),
    body: JSON.stringify(problemOf(refusal, context)),
  };
}

function problemOf(refusal: Refusal, { disclosure, language, requestId }: RefusalContext): Record<string, unknown> {
  const { code, status, params } = refusal;
  const instance = requestId === undefined ? {} : { instance: `urn:kong:request:${requestId}` };
  if (disclosure === 'none') {
    return { type: 'about:blank', title: GENERIC_TITLES[status] ?? 'Error', status, ...instance };
  }
  return {
    type: TYPE_BASE + code,
    title: rowOf(code).title[language],
    status,
    detail: hintOf(code, params, language),
    ...instance,
    code,
    ...(refusal.token === undefined ? {} : { token: HEADER_OF[refusal.token] }),
    ...(disclosure === 'full' ? { expected: params['expected'], found: params['found'] } : {}),
  };
}

function headersOf(
  { code, token, params }: Refusal,
  status: number,
  { disclosure, realm, language, schemes = ['Bearer'] }: RefusalContext,
): Record<string, string> {
  const headers: Record<string, string> = {
    'Content-Type': 'application/problem+json',
    'Content-Language': language,
    'Cache-Control': 'no-store',
  };
  if (status === 401) {
    const bare = token === undefined || disclosure === 'none';
    const error = token === 'DPOP' ? 'invalid_dpop_proof' : 'invalid_token';
    headers['WWW-Authenticate'] = challenges(schemes, bare ? undefined : { error, code }, realm);
  }
  if (status === 503 || status === 429) headers['Retry-After'] = String(retryAfterOf(params));
  return headers;
}

/** Whole seconds: the header has no others. */
function retryAfterOf({ retryAfter }: RefusalParams): number {
  const seconds = Math.ceil(Number(retryAfter));
  return Number.isSafeInteger(seconds) && seconds >= 0 ? seconds : RETRY_AFTER_SECONDS;
}

interface Reason {
  readonly error: 'invalid_token' | 'invalid_dpop_proof';
  readonly code: ModiCode;
}

/**
 * One challenge per scheme of the route. RFC 6750 3: no error code when the request carried no token at all. RFC 9449
 * 7.1: what is wrong with a proof is told in the challenge of DPoP.
 */
function challenges(schemes: readonly AuthorizationScheme[], reason: Reason | undefined, realm: string | null): string {
  const offered = reason?.error === 'invalid_dpop_proof' ? (['DPoP'] as const) : schemes;
  const parameters = [
    ...(realm === null ? [] : [`realm="${realm.replaceAll(/["\\]/g, '')}"`]),
    ...(reason === undefined ? [] : [`error="${reason.error}"`, `error_description="${reason.code}"`]),
  ].join(', ');
  return offered.map((scheme) => (parameters === '' ? scheme : `${scheme} ${parameters}`)).join(', ');
}

const HEADER_OF: Readonly<Record<TokenKind, string>> = {
  ID_AUTH: 'Authorization',
  VOUCHER: 'Authorization',
  DPOP: 'DPoP',
  INTEGRITY: 'Agid-JWT-Signature',
  AUDIT: 'Agid-JWT-TrackingEvidence',
};

const GENERIC_TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  409: 'Conflict',
  413: 'Content Too Large',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};
