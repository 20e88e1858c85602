import type { HeaderValues, Kong } from './kong';

/** Headers of the service's answer that would be lies, or leaks, on a body of our own. */
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

/** Removes them: `exit` in the response phase replaces the body, and keeps the service's headers. */
export const WITHOUT_SERVICE_HEADERS: HeaderValues = Object.fromEntries(OF_THE_SERVICE.map((name) => [name, []]));

/**
 * Says in Kong's log record, in place of modi-verify's `accepted`, what has become of the call: `refused` for one that went
 * nowhere, `failed` for one whose answer nobody got.
 */
export function logOutcome(kong: Kong, outcome: 'refused' | 'failed', code: string, status: number): void {
  for (const [name, value] of Object.entries({ outcome, code, status })) {
    kong.log.setSerializeValue(`modi.${name}`, value);
  }
}

/** What a problem needs to know of the request that it answers. */
export interface Asker {
  readonly requestId: string | undefined;
  readonly acceptLanguage: string | undefined;
}

/** Asked of Kong in one write. */
export async function askerOf(kong: Kong): Promise<Asker> {
  const [requestId, acceptLanguage] = await Promise.all([
    kong.nginx.getVar('kong_request_id'),
    kong.nginx.getVar('http_accept_language'),
  ]);
  return { requestId, acceptLanguage };
}
