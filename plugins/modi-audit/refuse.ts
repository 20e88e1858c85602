import { hintOf, pickLanguage, renderRefusal, type Refusal } from '../core/errors';
import { askerOf, logOutcome, WITHOUT_SERVICE_HEADERS } from '../runtime/own-answer';
import type { Kong } from '../runtime/kong';
import type { Phase } from '../runtime/plugin';
import { redact } from './redaction';
import type { Route } from './route';

/**
 * Ends the phase with a problem. In the response phase nothing of the service's answer is left on it; the service has been
 * called.
 */
export async function refuse(kong: Kong, route: Route, refusal: Refusal, phase: Phase): Promise<never> {
  const { config, configVersion } = route;
  const { requestId, acceptLanguage } = await askerOf(kong);
  const { code, params } = refusal;
  const { status, headers, body } = renderRefusal(refusal, {
    disclosure: config.disclosure,
    language: pickLanguage(acceptLanguage),
    requestId,
    realm: null,
    compat: config.compat,
  });
  kong.log.setSerializeValue('modi.evidence', {
    outcome: 'refused',
    phase,
    code,
    status,
    detail: hintOf(code, params, 'en'),
    ...(params['found'] === undefined ? {} : { found: params['found'] }),
    config_version: configVersion,
  });
  logOutcome(kong, phase === 'access' ? 'refused' : 'failed', code, status);
  if (phase === 'access') redact(kong, route.redact, undefined);
  const sent = phase === 'response' ? { ...WITHOUT_SERVICE_HEADERS, ...headers } : headers;
  return kong.response.exit(status, body, sent, code);
}
