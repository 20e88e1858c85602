import { VerificationError } from '../core/errors';
import { PhaseOverError } from '../runtime/exit-signal';
import type { Kong } from '../runtime/kong';
import { ownRecord, type RequestRecord } from './request-record';

/** The service's answer, and the request it answers. Header values are byte strings. */
export interface ServiceAnswer {
  readonly record: RequestRecord | undefined;
  readonly status: number;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  /** Those of the configured further headers that the answer has, in their order. */
  readonly further: readonly (readonly [name: string, value: string])[];
  /** As the client gets it: compressed content stays compressed. */
  readonly body: Buffer;
}

/**
 * Reads everything in one batch, and only from where Kong cannot mix requests up. What it may serve from another
 * request (plugin server protocol, `get_saved_req_data`) are ctx.shared, kong.request.get_header(s) and
 * kong.response.get_*: of these only ctx.shared is asked, and its record must name this very request. Status and body
 * come from kong.service.response, which reads the request's own context, headers from nginx's variables: those also
 * hold what other plugins have set by now, and are what goes out.
 *
 * @throws PolicyError MODI_ANSWER_FOREIGN_RECORD, VerificationError MODI_ANSWER_BODY_UNAVAILABLE
 */
export async function readAnswer(kong: Kong, furtherHeaders: readonly string[]): Promise<ServiceAnswer> {
  const [shared, requestId, status, contentType, contentEncoding, further, body] = await Promise.all([
    kong.ctxShared.get('modi'),
    kong.nginx.getVar('http_x_modi_request_id'),
    kong.serviceResponse.getStatus(),
    sentHeader(kong, 'content-type'),
    sentHeader(kong, 'content-encoding'),
    Promise.all(furtherHeaders.map((name) => sentHeader(kong, name))),
    kong.serviceResponse.getRawBody().catch(bodyUnavailable),
  ]);
  return {
    record: ownRecord(shared, requestId),
    status,
    // nginx sends none with 204, whatever the service said.
    contentType: status === 204 ? undefined : contentType,
    contentEncoding,
    further: furtherHeaders.flatMap((name, index) => {
      const value = further[index];
      return value === undefined ? [] : [[name, value] as const];
    }),
    body,
  };
}

/** A header as it will be sent; several values of one name joined by commas, as RFC 9110 5.3 allows. */
export const sentHeader = (kong: Kong, name: string): Promise<string | undefined> =>
  kong.nginx.getVar(`sent_http_${name.replaceAll('-', '_')}`);

function bodyUnavailable(error: unknown): never {
  // A connection that is gone is not an unreadable body: nobody is left to be answered.
  if (error instanceof PhaseOverError) throw error;
  throw new VerificationError('MODI_ANSWER_BODY_UNAVAILABLE', {}, undefined, { cause: error });
}
