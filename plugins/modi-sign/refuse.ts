import { hintOf, pickLanguage, renderRefusal, type Refusal } from '../core/errors';
import { notify } from '../core/notices';
import type { HeaderValues, Kong } from '../runtime/kong';
import type { Route } from './route';

/** Headers of the service's answer that would be lies, or leaks, on our own body. */
const OF_THE_SERVICE = [
  'Accept-Ranges',
  'Agid-JWT-Signature',
  'Content-Disposition',
  'Content-Encoding',
  'Content-Location',
  'Content-Range',
  'Digest',
  'ETag',
  'Last-Modified',
  'Location',
  'Set-Cookie',
];

const CLEARED: HeaderValues = Object.fromEntries(OF_THE_SERVICE.map((name) => [name, []]));

interface Asker {
  readonly requestId: string | undefined;
  readonly acceptLanguage: string | undefined;
}

/** A body that could not be read may have been more than the wire carries: then nothing else of Kong is heard either. */
const UNHEARD: Asker = { requestId: undefined, acceptLanguage: undefined };

async function askerOf(kong: Kong): Promise<Asker> {
  const [requestId, acceptLanguage] = await Promise.all([
    kong.nginx.getVar('kong_request_id'),
    kong.nginx.getVar('http_accept_language'),
  ]);
  return { requestId, acceptLanguage };
}

/** Puts a problem in the place of an answer that must be signed and cannot be. */
export async function refuse(kong: Kong, { config }: Route, refusal: Refusal): Promise<never> {
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
  kong.log.setSerializeValue('modi.response', { outcome: 'refused', code, status, detail });
  if (cause instanceof Error) {
    notify({ level: 'error', message: detail, fields: { code, cause: cause.message, request: requestId ?? '' } });
  }
  return kong.response.exit(status, body, { ...CLEARED, ...headers }, code);
}
