import { judgeAssertion, readForm } from './assertion';
import { judgeProof, type Proof } from './dpop';
import { json, problem, type PlatformAnswer, type PlatformRequest } from './http';
import type { RateLimiter } from './rate-limit';
import { TokenRefusal } from './refusal';
import type { Registry } from './registry';
import type { SigningKeys } from './signing-keys';
import { issueVoucher } from './voucher';

export interface TokenEndpointTerms {
  readonly registry: Registry;
  readonly keys: SigningKeys;
  readonly limiter: RateLimiter;
  /** jti of the proofs that were seen. */
  readonly proofs: Set<string>;
  readonly issuer: string;
  readonly audience: string;
  /** The URL that proofs must name. */
  readonly url: string;
  readonly now: number;
  /** Told why a voucher was refused; the caller is not. */
  readonly onRefusal: (refusal: TokenRefusal) => void;
}

const DETAIL = 'Unable to generate a token for the given request';

/** `POST /token.oauth2`: a voucher, or one code for nearly every reason against it. */
export async function answerTokenRequest(request: PlatformRequest, terms: TokenEndpointTerms): Promise<PlatformAnswer> {
  try {
    return await issue(request, terms);
  } catch (error) {
    if (!(error instanceof TokenRefusal)) throw error;
    terms.onRefusal(error);
    return problem(400, 'Bad Request', DETAIL, '015-0008');
  }
}

async function issue({ headers, body }: PlatformRequest, terms: TokenEndpointTerms): Promise<PlatformAnswer> {
  const { registry, issuer, audience, now } = terms;
  const proof = headers['dpop'] === undefined ? undefined : await provenKey(headers['dpop'], terms);
  const { assertion, clientId } = readForm(headers['content-type'], body);
  const asserted = await judgeAssertion(assertion, clientId, registry, { audience, now });
  const { allowed, headers: limits } = terms.limiter.take(asserted.client.organization, now);
  if (!allowed) {
    terms.onRefusal(new TokenRefusal('rate', 'the organisation has asked too often'));
    return problem(429, 'Too Many Requests', 'Requests limit exceeded for organization', undefined, limits);
  }
  if (proof !== undefined) useOnce(proof, terms);
  const thumbprint = proof?.thumbprint;
  const voucher = await issueVoucher({ ...asserted, thumbprint, issuer, now }, registry, terms.keys.current);
  const type = proof === undefined ? 'Bearer' : 'DPoP';
  return json({ access_token: voucher.token, token_type: type, expires_in: voucher.lifespan }, limits);
}

async function provenKey(header: string | string[], { url, now }: TokenEndpointTerms): Promise<Proof> {
  const proof = await judgeProof(header, { method: 'POST', url, now });
  if (typeof proof === 'string') throw new TokenRefusal('dpop', proof);
  return proof;
}

function useOnce({ jti }: Proof, { proofs }: TokenEndpointTerms): void {
  if (proofs.has(jti)) throw new TokenRefusal('dpop-jti', 'the proof was used before');
  proofs.add(jti);
}
