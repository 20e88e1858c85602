import { createHash } from 'node:crypto';
import type { Resend } from '../core/replay';
import type { Verification } from '../core/verify';
import type { Kong } from '../runtime/kong';
import type { Route } from './route';

/** Whether a message may come again on this route (PROFILE_NON_REPUDIATION_01, step C.2). */
export const allowsResends = ({ config }: Route): boolean => config.replay.on_duplicate === 'allow_same_digest';

/**
 * The message of the request: its method, path with query, and proven digest of the body. The tokens do not cover the
 * first two, and a resend to another operation is no resend. Undefined without a signed body: nothing then ties a
 * repeated token to a message, and it stays a replay.
 */
export async function agreedResend(
  kong: Kong,
  { config }: Route,
  { tokens, digest }: Verification,
): Promise<Resend | undefined> {
  if (tokens.INTEGRITY === undefined || digest === undefined) return undefined;
  const [method, path] = await Promise.all([kong.request.getMethod(), kong.request.getPathWithQuery()]);
  const message = JSON.stringify([method, path, digest.algorithm, digest.bytes.toString('base64')]);
  const fingerprint = createHash('sha256').update(message).digest('base64url');
  return { fingerprint, max: config.replay.max_resends };
}
