import { decodeToken, foreignMember, isSignedBy, isUuid, type Json } from './read-token';
import { TokenRefusal } from './refusal';
import type { ClientData, PurposeData } from './data';
import type { Registry } from './registry';

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const CLAIMS = ['iss', 'sub', 'aud', 'jti', 'iat', 'exp', 'purposeId', 'digest'];
const KID = /^[A-Za-z0-9_-]{43}$/;
const HEX_SHA256 = /^[0-9A-Fa-f]{64}$/;

export interface AssertedClient {
  readonly client: ClientData;
  readonly purpose: PurposeData | undefined;
  readonly digest: unknown;
}

interface AssertionTerms {
  readonly audience: string;
  readonly now: number;
}

/** The form of a token request. @throws TokenRefusal. */
export function readForm(
  contentType: string | undefined,
  body: Buffer,
): { assertion: string; clientId: string | null } {
  const refuse = (reason: string) => new TokenRefusal('form', reason);
  if (contentType?.split(';')[0]?.trim().toLowerCase() !== 'application/x-www-form-urlencoded') {
    throw refuse('Content-Type is not application/x-www-form-urlencoded');
  }
  const form = new URLSearchParams(body.toString('utf8'));
  if (form.get('grant_type') !== 'client_credentials') throw refuse('grant_type is not client_credentials');
  if (form.get('client_assertion_type') !== ASSERTION_TYPE)
    throw refuse(`client_assertion_type is not ${ASSERTION_TYPE}`);
  const assertion = form.get('client_assertion');
  if (assertion === null || assertion === '') throw refuse('there is no client_assertion');
  const clientId = form.get('client_id');
  if (clientId !== null && !isUuid(clientId)) throw refuse('client_id is no UUID');
  return { assertion, clientId };
}

/**
 * Judges a client assertion in the platform's order: claims, key by client, kid and purpose, signature and exp, state.
 * @throws TokenRefusal.
 */
export async function judgeAssertion(
  assertion: string,
  clientId: string | null,
  registry: Registry,
  terms: AssertionTerms,
): Promise<AssertedClient> {
  const token = decodeToken(assertion);
  if (token === undefined) throw new TokenRefusal('assertion', 'the assertion is no compact JWS');
  const { header, claims } = token;
  const problem = problemOfHeader(header) ?? problemOfClaims(claims, clientId, terms);
  if (problem !== undefined) throw new TokenRefusal('assertion', problem);
  const { client, key, purpose } = lookUp(registry, String(claims['sub']), String(header['kid']), claims['purposeId']);
  if (!(await isSignedBy(assertion, key, ['RS256']))) {
    throw new TokenRefusal('signature', 'the signature of the assertion does not hold');
  }
  if (Number(claims['exp']) <= terms.now) throw new TokenRefusal('signature', 'the assertion has expired');
  if (purpose !== undefined && purpose.state !== 'ACTIVE') {
    throw new TokenRefusal('state', `the purpose is ${purpose.state}`);
  }
  return { client, purpose, digest: claims['digest'] };
}

function problemOfHeader({ alg, typ, kid }: Json): string | undefined {
  if (alg !== 'RS256') return 'alg is not RS256';
  if (typ !== undefined && typ !== 'JWT') return 'typ is not JWT';
  return typeof kid === 'string' && KID.test(kid) ? undefined : 'kid is not of 43 characters base64url';
}

function problemOfClaims(claims: Json, clientId: string | null, { audience }: AssertionTerms): string | undefined {
  const foreign = foreignMember(claims, CLAIMS);
  if (foreign !== undefined) return `the claim ${foreign} is not admitted`;
  const { iss, sub, aud, jti, iat, exp, purposeId, digest } = claims;
  if (!isUuid(sub)) return 'sub is no UUID';
  if (clientId !== null && sub !== clientId) return 'sub is not the client_id of the form';
  if (iss !== sub) return 'iss is not the client id';
  if (aud !== audience) return `aud is not ${audience}`;
  if (typeof jti !== 'string' || jti === '') return 'there is no jti';
  if (!Number.isInteger(iat) || !Number.isInteger(exp)) return 'iat and exp are not both whole numbers';
  if (purposeId !== undefined && !isUuid(purposeId)) return 'purposeId is no UUID';
  return digest === undefined ? undefined : problemOfDigest(digest);
}

function problemOfDigest(digest: unknown): string | undefined {
  if (typeof digest !== 'object' || digest === null) return 'digest is no object';
  const { alg, value, ...others } = digest as Json;
  if (alg !== 'SHA256') return 'digest.alg is not SHA256';
  if (typeof value !== 'string' || !HEX_SHA256.test(value)) return 'digest.value is not of 64 hexadecimal digits';
  return Object.keys(others).length === 0 ? undefined : 'digest has a member more';
}

/** An "api interop" client gets a voucher without purpose, whatever it asks for: the platform says nothing either. */
function lookUp(registry: Registry, clientId: string, kid: string, purposeId: unknown) {
  const refuse = (reason: string) => new TokenRefusal('key', reason);
  const client = registry.clients.get(clientId);
  if (client === undefined) throw refuse(`there is no client ${clientId}`);
  const key = registry.clientKeys.get(kid);
  if (key?.owner !== clientId) throw refuse(`the client has no key ${kid}`);
  if (client.kind === 'api') return { client, key: key.key, purpose: undefined };
  if (!isUuid(purposeId)) throw refuse('there is no purposeId');
  const purpose = registry.purposes.get(purposeId);
  if (purpose?.clients.includes(clientId) !== true) throw refuse(`the client is not in the purpose ${purposeId}`);
  return { client, key: key.key, purpose };
}
