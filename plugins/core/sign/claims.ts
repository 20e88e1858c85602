import type { SignedHeaders } from './signed-headers';

/** Everything a token says, decided by the caller: no clock and no random source in here. Times are seconds. */
export interface ClaimsInput {
  readonly audience: string;
  readonly issuedAt: number;
  /** Seconds until exp. */
  readonly lifetime: number;
  /** Left out when absent. */
  readonly notBefore?: number | undefined;
  readonly issuer?: string | undefined;
  readonly subject?: string | undefined;
  readonly clientId?: string | undefined;
  /** Mandatory in ID_AUTH_REST_02 (SIC 5.4); one jti may serve both tokens of a message. */
  readonly jti?: string | undefined;
  /** Claims by agreement of the parties. They never replace one of the claims above. */
  readonly further?: Readonly<Record<string, unknown>> | undefined;
}

export type TokenClaims = Readonly<Record<string, unknown>>;

/** Claims of the Authorization token (ModI ID_AUTH_REST_01 and _02, SIC 5.3 and 5.4). */
export function idAuthClaims(input: ClaimsInput): TokenClaims {
  return { ...input.further, ...commonClaims(input) };
}

/** Claims of Agid-JWT-Signature (ModI INTEGRITY_REST_01, SIC 6.2 A4). */
export function integrityClaims(input: ClaimsInput, headers: SignedHeaders): TokenClaims {
  return { ...input.further, ...commonClaims(input), signed_headers: headers };
}

/**
 * Claims of an answer's Agid-JWT-Signature (SIC 6.2); with `requestDigest`, the tie to the request that
 * PROFILE_NON_REPUDIATION_01 asks of a confirmation (step D).
 */
export function answerClaims(input: ClaimsInput, headers: SignedHeaders, requestDigest?: string): TokenClaims {
  return {
    ...integrityClaims(input, headers),
    ...(requestDigest === undefined ? {} : { request_digest: requestDigest }),
  };
}

/** What a configuration may not set, because the token says it by itself. */
export const OWN_CLAIMS: readonly string[] = [
  'iss',
  'sub',
  'client_id',
  'aud',
  'iat',
  'nbf',
  'exp',
  'jti',
  'signed_headers',
  'request_digest',
];

function commonClaims(input: ClaimsInput): TokenClaims {
  const { issuer, subject, clientId, audience, issuedAt, notBefore, lifetime, jti } = input;
  return {
    ...(issuer === undefined ? {} : { iss: issuer }),
    ...(subject === undefined ? {} : { sub: subject }),
    ...(clientId === undefined ? {} : { client_id: clientId }),
    aud: audience,
    iat: issuedAt,
    ...(notBefore === undefined ? {} : { nbf: notBefore }),
    exp: issuedAt + lifetime,
    ...(jti === undefined ? {} : { jti }),
  };
}
