import type { SignedHeaders } from './signed-headers';

/** Everything a token says, decided by the caller: no clock and no random source in here. Times are seconds. */
export interface ClaimsInput {
  readonly audience: string;
  readonly issuedAt: number;
  /** Seconds until exp. */
  readonly lifetime: number;
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

function commonClaims({ issuer, subject, clientId, audience, issuedAt, lifetime, jti }: ClaimsInput): TokenClaims {
  return {
    ...(issuer === undefined ? {} : { iss: issuer }),
    ...(subject === undefined ? {} : { sub: subject }),
    ...(clientId === undefined ? {} : { client_id: clientId }),
    aud: audience,
    iat: issuedAt,
    exp: issuedAt + lifetime,
    ...(jti === undefined ? {} : { jti }),
  };
}
