import { Refusal, VerificationError } from '../core/errors';
import { handOverAnswer } from '../core/evidence';
import type { HeaderValues, Kong } from '../runtime/kong';
import { answerDigest } from './answer-digest';
import { answerRecord } from './answer-record';
import { EVENT_STREAM, mediaTypeOf } from './applicability';
import { refuse } from './refuse';
import type { Route } from './route';
import { sentContentType } from './sent-content-type';
import { readAnswer, type ServiceAnswer } from './service-answer';
import { signAnswer, type SignedPart, type SignedToken } from './token';

export { compileRoute } from './route';

const SIGNATURE = 'Agid-JWT-Signature';
const LOGGED_SIGNATURE = `response.headers.${SIGNATURE.toLowerCase()}`;

/**
 * The response phase. An answer leaves signed, or unsigned because the configuration says that it need not be, or as a
 * problem. There is no fourth way.
 */
export async function response(kong: Kong, route: Route, now: number): Promise<void> {
  try {
    const answer = await readAnswer(kong, route.furtherHeaders);
    const { headers, signed } = await outgoing(kong, route, answer, now);
    kong.log.setSerializeValue('modi.response', answerRecord(route, answer.status, headers, signed));
    if (signed !== undefined && answer.record !== undefined) {
      const { Digest: digest } = headers;
      const left = { status: answer.status, digest: typeof digest === 'string' ? digest : undefined };
      handOverAnswer(answer.record.id, signed.token, left);
    }
    // ModI forbids tracing tokens; the answer's would stand in the record of every log plugin.
    if (signed !== undefined) kong.log.setSerializeValue(LOGGED_SIGNATURE, 'REDACTED');
    kong.response.setHeaders(headers);
  } catch (error) {
    if (error instanceof Refusal) await refuse(kong, route, error);
    throw error;
  }
}

interface Outgoing {
  /** The changes to the answer's headers: what the service sent under our names is replaced, or removed. */
  readonly headers: HeaderValues;
  readonly signed?: SignedToken;
}

async function outgoing(kong: Kong, route: Route, answer: ServiceAnswer, now: number): Promise<Outgoing> {
  if (!mustBeSigned(route, answer)) return { headers: { [SIGNATURE]: [] } };
  const { digest, bodyElsewhere } = await answerDigest(kong, route, answer);
  const worthSigning = digest !== undefined || (answer.further.length > 0 && !bodyElsewhere);
  if (!worthSigning) return { headers: { [SIGNATURE]: [], Digest: [] } };

  const contentType = sentContentType(answer.contentType, answer.contentEncoding);
  const part: SignedPart = [
    ...headerIf('digest', digest),
    ...headerIf('content-type', contentType),
    ...headerIf('content-encoding', answer.contentEncoding),
    ...answer.further,
  ];
  const signed = await signAnswer(route, answer, part, now);
  const headers = {
    [SIGNATURE]: signed.token,
    Digest: digest ?? [],
    // What is signed is what is sent: one line where there were several, the charset that nginx would add.
    ...Object.fromEntries(answer.further.filter(([, value]) => value.includes(','))),
    ...(contentType === undefined || contentType === answer.contentType ? {} : { 'Content-Type': contentType }),
  };
  return { headers, signed };
}

/** @throws VerificationError for an answer that has no whole representation to sign, whatever the configuration says. */
function mustBeSigned({ applicability }: Route, { status, contentType }: ServiceAnswer): boolean {
  if (status < 200 || status > 599) throw new VerificationError('MODI_ANSWER_BODY_UNAVAILABLE');
  if (contentType !== undefined && mediaTypeOf(contentType) === EVENT_STREAM) {
    throw new VerificationError('MODI_ANSWER_EVENT_STREAM');
  }
  if (!applicability.applies(status, contentType)) return false;
  if (status === 206) throw new VerificationError('MODI_ANSWER_PARTIAL');
  return true;
}

const headerIf = (name: string, value: string | undefined): SignedPart => (value === undefined ? [] : [[name, value]]);
