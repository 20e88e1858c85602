import { Refusal } from '../core/errors';
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
 * Asks only where Kong cannot mix requests up (see modi-sign): nginx's variables, which also hold what modi-sign has set by
 * now, and the service's own status and body.
 */
async function keep(kong: Kong, { config, writer }: Route, now: number): Promise<void> {
  const { durability, evidence, organization, max_body_size: maxBody } = config;
  const [kongId, ownId, status, signature, digest, bytes] = await Promise.all([
    kong.nginx.getVar('kong_request_id'),
    kong.nginx.getVar('http_x_modi_request_id'),
    kong.serviceResponse.getStatus(),
    kong.nginx.getVar('sent_http_agid_jwt_signature'),
    kong.nginx.getVar('sent_http_digest'),
    evidence === 'full' ? kong.serviceResponse.getRawBody() : undefined,
  ]);
  const content = {
    organization,
    id: ownId,
    status,
    signature,
    digest,
    ...(bytes === undefined ? {} : { body: answerBody(bytes, maxBody) }),
  };
  const item = { requestId: kongId ?? ownId, part: 'answer' as const, at: now, content };
  if (writer !== undefined) await store(writer, durability, item);
  if (signature !== undefined) kong.log.setSerializeValue(`response.headers.${SIGNATURE}`, 'REDACTED');
}
