import { idAuthClaims, integrityClaims, type ClaimsInput, type TokenClaims } from './claims';
import { digestHeader, type DigestAlgorithm } from './digest';
import { signJws, type JoseHeader } from './jws';
import { keyReference, type KeyReference } from './key-reference';
import { signedHeaders, type HeaderList } from './signed-headers';
import type { SigningIdentity } from './signing-identity';

export type Pattern = 'ID_AUTH_REST_01' | 'ID_AUTH_REST_02' | 'INTEGRITY_REST_01';

export interface RequestToSign {
  readonly patterns: readonly Pattern[];
  readonly identity: SigningIdentity;
  readonly reference: KeyReference;
  /** The headers that will travel, without Digest and without tokens. */
  readonly headers: HeaderList;
  readonly body: Uint8Array;
  readonly claims: ClaimsInput;
  readonly digestAlgorithm?: DigestAlgorithm;
  /** Headers to sign beyond digest, content-type and content-encoding, by agreement with the provider. */
  readonly furtherSignedHeaders?: readonly string[];
  /** Sign a request without a body too, with the Digest of zero bytes; most providers do not want that. */
  readonly signEmptyBody?: boolean;
}

export interface SignedToken {
  readonly header: 'Authorization' | 'Agid-JWT-Signature' | 'Agid-JWT-TrackingEvidence' | 'DPoP';
  readonly jose: JoseHeader;
  readonly claims: TokenClaims;
  readonly jws: string;
}

export interface SignedRequest {
  /** The headers given, then Digest and the tokens. */
  readonly headers: HeaderList;
  readonly tokens: readonly SignedToken[];
}

/**
 * Every token that the combination of patterns asks for on this request (ModI SIC 5.3, 5.4, 6.2), both signed by the
 * same key as SIC 6.2 expects. An empty body gets no integrity token unless `signEmptyBody` or further signed headers
 * ask for one; then `tokens` may be empty.
 */
export async function signRequest(request: RequestToSign): Promise<SignedRequest> {
  const { patterns, identity, body, headers } = request;
  const jose: JoseHeader = {
    alg: identity.algorithm,
    typ: 'JWT',
    ...keyReference(request.reference, identity.certificates),
  };
  const sign = async (header: SignedToken['header'], claims: TokenClaims): Promise<SignedToken> => ({
    header,
    jose,
    claims,
    jws: await signJws(jose, claims, identity.key),
  });

  const tokens: SignedToken[] = [];
  if (patterns.some((pattern) => pattern.startsWith('ID_AUTH'))) {
    tokens.push(await sign('Authorization', idAuthClaims(request.claims)));
  }
  const digested: HeaderList = digestDue(request)
    ? [...headers, ['Digest', digestHeader(body, request.digestAlgorithm)]]
    : headers;
  if (integrityDue(request)) {
    const signed = signedHeaders(digested, request.furtherSignedHeaders);
    tokens.push(await sign('Agid-JWT-Signature', integrityClaims(request.claims, signed)));
  }
  return { headers: [...digested, ...tokens.map(tokenHeader)], tokens };
}

const digestDue = ({ patterns, body, signEmptyBody = false }: RequestToSign): boolean =>
  patterns.includes('INTEGRITY_REST_01') && (body.length > 0 || signEmptyBody);

const integrityDue = (request: RequestToSign): boolean =>
  digestDue(request) ||
  (request.patterns.includes('INTEGRITY_REST_01') && (request.furtherSignedHeaders ?? []).length > 0);

const tokenHeader = ({ header, jws }: SignedToken): readonly [string, string] => [
  header,
  header === 'Authorization' ? `Bearer ${jws}` : jws,
];
