import type { Refusal } from '../core/errors';
import { hintOf } from '../core/errors';
import { weakerOf } from '../core/revocation';
import { certificateOf } from '../core/trust';
import { patternsOf } from '../core/verify';
import { voucherRecord } from './pdnd-facts';
import type { TokenState, Verification } from '../core/verify';
import type { JsonValue } from '../runtime/kong';
import { idsOf, keyOf, known, purposeOf, refusedTokens } from './request-facts';
import type { Claimed } from './replay';
import type { Route } from './route';

type JsonRecord = Record<string, JsonValue>;

/** By which rules a request was judged. */
const rulesOf = ({ configVersion }: Route, { policy }: Verification): Record<string, JsonValue | undefined> => ({
  config_version: configVersion,
  trust_version: policy.signers.id,
});

/**
 * What later phases and plugins find in `kong.ctx.shared.modi`: the decision, and the request it belongs to. The id
 * also travels in the request's own headers, so that a response phase that was handed another request's record
 * can tell.
 */
export function contextRecord(accepted: JsonRecord, { headers }: Verification): JsonRecord {
  const digest = headers.get('digest')?.[0];
  return {
    version: 1,
    ...accepted,
    // As it was sent, for the answer's request_digest: the caller compares text.
    ...(digest === undefined ? {} : { digest_header: digest }),
  };
}

/** `modi` in Kong's log record of a refused request: with the operator's detail, whatever the caller was told. */
export function refusedRecord(
  route: Route,
  { code, token, params }: Refusal,
  status: number,
  verification: Verification,
): JsonRecord {
  return known({
    outcome: 'refused',
    code,
    status,
    token,
    detail: hintOf(code, params, 'en'),
    expected: params['expected'],
    found: params['found'],
    patterns: patternsOf(verification.policy),
    client: verification.client,
    purpose: purposeOf(verification),
    ...refusedTokens(verification),
    ...idsOf(verification.headers),
    ...rulesOf(route, verification),
  });
}

/**
 * `modi` in Kong's log record of an accepted request. Ids and claims, never a token. `requestId` is our own, which the
 * service sees too.
 */
export function acceptedRecord(
  route: Route,
  verification: Verification,
  { requestId, attempt, weak }: Claimed & { readonly requestId: string },
): JsonRecord {
  const { policy, tokens, client, caller, channelHolder, channelRevocation, digest, body } = verification;
  const authorization = tokens.ID_AUTH ?? tokens.VOUCHER;
  const certificate = certificateOf(tokens.ID_AUTH?.signer);
  return known({
    request_id: requestId,
    outcome: 'accepted',
    attempt: attempt === 1 ? undefined : attempt,
    replay: weak ? 'weak' : undefined,
    patterns: patternsOf(policy),
    client,
    application: caller?.name,
    purpose: purposeOf(verification),
    channel:
      channelHolder &&
      known({
        organization: channelHolder.organizationIdentifier,
        certificate_subject: channelHolder.subject,
        certificate_sha256: channelHolder.thumbprint,
        revocation: channelRevocation,
      }),
    organization: certificate?.organizationIdentifier,
    certificate_subject: certificate?.subject,
    certificate_sha256: certificate?.thumbprint,
    certificate_not_after: certificate && new Date(certificate.notAfter * 1000).toISOString(),
    authorization: authorization && tokenRecord(authorization),
    pdnd: voucherRecord(verification),
    audit: tokens.AUDIT && tokenRecord(tokens.AUDIT),
    integrity: tokens.INTEGRITY && tokenRecord(tokens.INTEGRITY),
    revocation: revocationOf(tokens),
    digest: digest && `${digest.algorithm}=${digest.bytes.toString('base64')}`,
    body_bytes: body?.length,
    ...idsOf(verification.headers),
    ...rulesOf(route, verification),
  });
}

/** The weakest answer for any token counts; absent when revocation is not asked about. */
function revocationOf(tokens: Verification['tokens']): string | undefined {
  const [first, ...more] = [tokens.ID_AUTH, tokens.AUDIT, tokens.INTEGRITY].flatMap((token) => token?.revocation ?? []);
  return first === undefined ? undefined : more.reduce(weakerOf, first);
}

function tokenRecord(token: TokenState): JsonRecord {
  const { claims } = token;
  return known({
    iss: claims?.iss,
    sub: claims?.sub,
    client_id: claims?.clientId,
    aud: claims?.aud,
    jti: claims?.jti,
    iat: claims?.iat,
    exp: claims?.exp,
    key: keyOf(token),
  });
}
