import { hintOf, pickLanguage, renderRefusal, type Refusal } from '../core/errors';
import { notify } from '../core/notices';
import type { Kong } from '../runtime/kong';
import { askerOf, logOutcome, WITHOUT_SERVICE_HEADERS, type Asker } from '../runtime/own-answer';
import type { Route } from './route';

/** A body that could not be read may have been more than the wire carries: then nothing else of Kong is heard either. */
const UNHEARD: Asker = { requestId: undefined, acceptLanguage: undefined };

/** Puts a problem in the place of an answer that must be signed and cannot be. */
export async function refuse(kong: Kong, { config, configVersion }: Route, refusal: Refusal): Promise<never> {
  const { code, params, cause } = refusal;
  const { requestId, acceptLanguage } = code === 'MODI_ANSWER_BODY_UNAVAILABLE' ? UNHEARD : await askerOf(kong);
  const { status, headers, body } = renderRefusal(refusal, {
    disclosure: config.disclosure,
    language: pickLanguage(acceptLanguage),
    requestId,
    realm: null,
    compat: config.compat,
  });
  const detail = hintOf(code, params, 'en');
  kong.log.setSerializeValue('modi.response', {
    outcome: 'refused',
    code,
    status,
    detail,
    config_version: configVersion,
  });
  logOutcome(kong, 'failed', code, status);
  if (cause instanceof Error) {
    notify({ level: 'error', message: detail, fields: { code, cause: cause.message, request: requestId ?? '' } });
  }
  return kong.response.exit(status, body, { ...WITHOUT_SERVICE_HEADERS, ...headers }, code);
}
