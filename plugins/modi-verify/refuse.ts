import { pickLanguage, renderRefusal, type Refusal } from '../core/errors';
import type { Verification } from '../core/verify';
import type { Kong } from '../runtime/kong';
import { maskHeaders } from './mask';
import { refusedRecord } from './record';
import type { Route } from './route';

/** Answers a refused request: the log record first, then the problem, in the caller's language. */
export async function refuse(kong: Kong, route: Route, verification: Verification, refusal: Refusal): Promise<never> {
  const { config } = route;
  const { headers, policy } = verification;
  const requestId = await kong.nginx.getVar('kong_request_id');
  const answer = renderRefusal(refusal, {
    disclosure: config.disclosure,
    language: pickLanguage(headers.get('accept-language')?.[0]),
    requestId,
    realm: config.realm,
    compat: config.compat,
    ...(policy.pdnd === undefined ? {} : { schemes: policy.pdnd.schemes }),
  });
  kong.log.setSerializeValue('modi', refusedRecord(route, refusal, answer.status, verification));
  maskHeaders(kong, headers);
  return kong.response.exit(answer.status, answer.body, answer.headers, refusal.code);
}
