import { digestOfBody, type BodyFacts } from '../core/digest';
import { VerificationError } from '../core/errors';
import type { Headers, Policy, Verification } from '../core/verify';
import type { RawBody } from '../runtime/kong';

/** Bodies up to this size are asked for before the tokens are judged: they cost nginx no disk and little memory. */
const EARLY_BYTES = 64 * 1024;

/**
 * Whether the body is asked for ahead of the checks. Only integrity looks at it, and then always, sooner or later: that
 * there is none, no header says as well as the body itself.
 */
export function wantsBodyEarly(policy: Policy, headers: Headers): boolean {
  const length = announced(headers);
  return policy.integrity !== undefined && length !== undefined && length > 0 && length <= EARLY_BYTES;
}

/**
 * Length and digest of the body.
 * @throws VerificationError MODI_BODY_UNREADABLE when Kong or the file system does not give it.
 */
export async function readBody(body: RawBody | Promise<RawBody>, { policy, digest }: Verification): Promise<BodyFacts> {
  try {
    return await digestOfBody(await body, digest?.algorithm, policy.maxBodySize);
  } catch (error) {
    throw new VerificationError('MODI_BODY_UNREADABLE', {}, undefined, { cause: error });
  }
}

/**
 * Content-Length, or undefined where there is none (chunked, HTTP/2).
 * @throws VerificationError MODI_CONTENT_LENGTH when it is not a number.
 */
function announced(headers: Headers): number | undefined {
  const [value] = headers.get('content-length') ?? [];
  if (value === undefined) return undefined;
  if (!/^\d{1,15}$/.test(value)) throw new VerificationError('MODI_CONTENT_LENGTH', { found: 'another text' });
  return Number(value);
}
