import type { Refusal } from '../core/errors';
import { hintOf } from '../core/errors';
import { patternsOf } from '../core/verify';
import { voucherRecord } from './pdnd-facts';
import type { TokenState, Verification } from '../core/verify';
import type { JsonValue } from '../runtime/kong';

type JsonRecord = Record<string, JsonValue>;

/**
 * What later phases and plugins find in `kong.ctx.shared.modi`: the decision, and the request it belongs to. The id
 * also travels in the request's own headers, so that a response phase that was handed another request's record
 * can tell.
 */
export function contextRecord(accepted: JsonRecord, { headers }: Verification, requestId: string): JsonRecord {
  const digest = headers.get('digest')?.[0];
  return {
    version: 1,
    request_id: requestId,
    ...accepted,
    // As it was sent, for the answer's request_digest: the caller compares text.
    ...(digest === undefined ? {} : { digest_header: digest }),
  };
}

/** `modi` in Kong's log record of a refused request: with the operator's detail, whatever the caller was told. */
export function refusedRecord({ code, token, params }: Refusal, status: number): JsonRecord {
  return {
    outcome: 'refused',
    code,
    status,
    ...(token === undefined ? {} : { token }),
    detail: hintOf(code, params, 'en'),
    ...(params['expected'] === undefined ? {} : { expected: params['expected'] }),
    ...(params['found'] === undefined ? {} : { found: params['found'] }),
  };
}

/** `modi` in Kong's log record of an accepted request. Ids and claims, never a token. */
export function acceptedRecord(verification: Verification, attempt: number): JsonRecord {
  const { policy, tokens, client, caller, digest } = verification;
  const authorization = tokens.ID_AUTH ?? tokens.VOUCHER;
  const certificate = tokens.ID_AUTH?.signer?.certificate;
  return compact({
    outcome: 'accepted',
    attempt: attempt === 1 ? undefined : attempt,
    patterns: patternsOf(policy),
    client,
    application: caller?.name,
    organization: certificate?.organizationIdentifier,
    certificate_subject: certificate?.subject,
    certificate_sha256: certificate?.thumbprint,
    authorization: authorization && tokenRecord(authorization),
    pdnd: voucherRecord(verification),
    audit: tokens.AUDIT && tokenRecord(tokens.AUDIT),
    integrity: tokens.INTEGRITY && tokenRecord(tokens.INTEGRITY),
    revocation: revocationOf(tokens),
    digest: digest && `${digest.algorithm}=${digest.bytes.toString('base64')}`,
  });
}

/** The weakest answer for any token counts; absent when revocation is not asked about. */
function revocationOf(tokens: Verification['tokens']): string | undefined {
  const outcomes = [tokens.ID_AUTH?.revocation, tokens.AUDIT?.revocation, tokens.INTEGRITY?.revocation];
  return outcomes.find((outcome) => outcome === 'unchecked') ?? outcomes.find((outcome) => outcome !== undefined);
}

const tokenRecord = ({ claims }: TokenState): JsonRecord =>
  compact({
    iss: claims?.iss,
    sub: claims?.sub,
    client_id: claims?.clientId,
    aud: claims?.aud,
    jti: claims?.jti,
    iat: claims?.iat,
    exp: claims?.exp,
  });

/** Kong's wire turns an absent value into a null; what is not known is left out. */
function compact(record: Record<string, JsonValue | undefined>): JsonRecord {
  const known: JsonRecord = {};
  for (const name of Object.keys(record)) {
    const value = record[name];
    if (value !== undefined) known[name] = value;
  }
  return known;
}
