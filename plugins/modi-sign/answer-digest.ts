import { digestOfBody, parseDigest } from '../core/digest';
import { VerificationError } from '../core/errors';
import type { Kong } from '../runtime/kong';
import type { Route } from './route';
import { sentHeader, type ServiceAnswer } from './service-answer';

/** What is to be said of the body. */
export interface AnswerDigest {
  /** The Digest header (RFC 3230); undefined: none is due. */
  readonly digest: string | undefined;
  /** The answer stands for a body that is not sent: HEAD, 304. */
  readonly bodyElsewhere: boolean;
}

/**
 * The digest over the exact bytes that the client gets. An answer to HEAD, and a 304, describe a body that only the
 * service knows (RFC 9110 9.3.2, 15.4.5): a digest of the nothing that is sent would be wrong, so it is the service's own
 * or none.
 *
 * @throws VerificationError MODI_ANSWER_TOO_LARGE
 */
export async function answerDigest(kong: Kong, route: Route, answer: ServiceAnswer): Promise<AnswerDigest> {
  if (answer.body.length > 0) return { digest: await computed(route, answer.body), bodyElsewhere: false };
  const [method, own] = await Promise.all([kong.nginx.getVar('request_method'), sentHeader(kong, 'digest')]);
  if (method === 'HEAD' || answer.status === 304) return { digest: wellFormed(own), bodyElsewhere: true };
  return { digest: route.signsEmptyBody ? await computed(route, answer.body) : undefined, bodyElsewhere: false };
}

async function computed({ config }: Route, bytes: Buffer): Promise<string> {
  const { digest_algorithm: algorithm, max_body_size: max } = config;
  const { length, digest } = await digestOfBody({ kind: 'bytes', bytes }, algorithm, max);
  if (digest === undefined) throw new VerificationError('MODI_ANSWER_TOO_LARGE', { found: length, max });
  return `${algorithm}=${digest.toString('base64')}`;
}

const wellFormed = (digest: string | undefined): string | undefined =>
  digest === undefined || 'problem' in parseDigest(digest) ? undefined : digest;
