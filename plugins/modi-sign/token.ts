import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { SigningKey } from '../core/keys';
import { Refusal, VerificationError } from '../core/errors';
import { answerClaims, signedHeaders, type TokenClaims } from '../core/sign';
import { audienceOf, requestDigestOf } from './addressee';
import type { Route } from './route';
import type { ServiceAnswer } from './service-answer';

/** The headers that leave with the answer and are signed, in the order of the claim. */
export type SignedPart = readonly (readonly [name: string, value: string])[];

/** A token, and what the log tells of it. */
export interface SignedToken {
  readonly token: string;
  readonly jti: string;
  /** Which key has signed. */
  readonly key: string;
}

/**
 * The answer's Agid-JWT-Signature: INTEGRITY_REST_01 with a certificate, INTEGRITY_REST_02 with a kid.
 *
 * @throws PolicyError when the record of the request lacks what the token must say, VerificationError when the key
 * cannot sign now or a header has no text.
 */
export async function signAnswer(
  route: Route,
  answer: ServiceAnswer,
  signed: SignedPart,
  now: number,
): Promise<SignedToken> {
  const key = route.keeper.current(now);
  refuseOutsideValidity(key, now);
  const jti = randomUUID();
  const claims = claimsOf(route, answer, signed, { now, jti });
  try {
    return { token: await key.signer.sign(claims), jti, key: key.reference };
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new VerificationError('MODI_SIGNING_FAILED', {}, undefined, { cause: error });
  }
}

function claimsOf(
  { config, furtherHeaders }: Route,
  { record }: ServiceAnswer,
  signed: SignedPart,
  { now, jti }: { readonly now: number; readonly jti: string },
): TokenClaims {
  const issuedAt = Math.floor(now);
  const present = furtherHeaders.filter((name) => signed.some(([one]) => one === name));
  return answerClaims(
    {
      audience: audienceOf(config.audience, record),
      issuedAt,
      notBefore: issuedAt,
      lifetime: config.ttl,
      issuer: config.issuer ?? undefined,
      subject: config.subject ?? undefined,
      clientId: record?.clientId,
      jti,
      further: config.claims ?? undefined,
    },
    signedHeaders(
      signed.map(([name, value]) => [name, textOf(name, value)]),
      present,
    ),
    requestDigestOf(config.request_digest, record),
  );
}

/** A header is bytes, a claim is text: the text is the one whose UTF-8 is those bytes. */
function textOf(header: string, value: string): string {
  const bytes = Buffer.from(value, 'latin1');
  if (!isUtf8(bytes)) throw new VerificationError('MODI_ANSWER_HEADER_UNSIGNABLE', { header });
  return bytes.toString('utf8');
}

/** Nobody could verify it: no signature is better than one that is refused everywhere, and a clear error than both. */
function refuseOutsideValidity({ notBefore, notAfter }: SigningKey, now: number): void {
  if (now >= notBefore && now <= notAfter) return;
  const [from, to] = [notBefore, notAfter].map((seconds) => new Date(seconds * 1000).toISOString());
  throw new VerificationError('MODI_SIGNING_CERTIFICATE_EXPIRED', { notBefore: from ?? '', notAfter: to ?? '' });
}
