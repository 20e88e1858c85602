import { Refusal } from '../core/errors';
import { takeOverAnswer, type AnswerLeft, type EvidenceItem } from '../core/evidence';
import type { Kong } from '../runtime/kong';
import { answerBody } from './body-evidence';
import { refuse } from './refuse';
import type { Route } from './route';
import { store } from './store';

const SIGNATURE = 'agid-jwt-signature';

/** The response phase, after modi-sign: the answer as the caller will get it. */
export async function response(kong: Kong, route: Route, now: number): Promise<void> {
  if (route.writer === undefined) return;
  try {
    await keep(kong, route, now);
  } catch (error) {
    if (error instanceof Refusal) await refuse(kong, route, error, 'response');
    throw error;
  }
}

/**
 * Asks for the signature that leaves: when it is one that modi-sign has made in this process, all else is known. Asks only
 * where Kong cannot mix requests up (see modi-sign): nginx's variables, which also hold what modi-sign has set by now, and
 * the service's own status and body.
 */
async function keep(kong: Kong, route: Route, now: number): Promise<void> {
  const { evidence, organization, max_body_size: maxBody } = route.config;
  const [signature, bytes] = await Promise.all([
    kong.nginx.getVar('sent_http_agid_jwt_signature'),
    evidence === 'full' ? kong.serviceResponse.getRawBody() : undefined,
  ]);
  const known = signature === undefined ? undefined : takeOverAnswer(signature);
  const { requestId, ownId, status, digest } = known ?? (await ask(kong));
  const body = bytes === undefined ? {} : { body: answerBody(bytes, maxBody) };
  const content = { organization, id: ownId, status, signature, digest, ...body };
  await store(route, { item: { requestId, part: 'answer', at: now, content } });
  // What modi-sign has made it keeps out of the logs itself.
  if (known === undefined && signature !== undefined) {
    kong.log.setSerializeValue(`response.headers.${SIGNATURE}`, 'REDACTED');
  }
}

/** An answer that nobody in this process has told of. */
async function ask(kong: Kong): Promise<Partial<AnswerLeft> & Pick<EvidenceItem, 'requestId'>> {
  const [kongId, ownId, status, digest] = await Promise.all([
    kong.nginx.getVar('kong_request_id'),
    kong.nginx.getVar('http_x_modi_request_id'),
    kong.serviceResponse.getStatus(),
    kong.nginx.getVar('sent_http_digest'),
  ]);
  return { requestId: kongId ?? ownId, ownId, status, digest };
}
