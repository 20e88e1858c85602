import { createHash, randomUUID } from 'node:crypto';
import { signJws } from '../../core/sign';
import type { PlatformAnswer } from './http';
import type { PlatformKey } from './signing-keys';

/** Life of a signature over an answer, in seconds. */
const LIFE = 100;

interface AnswerTerms {
  readonly key: PlatformKey;
  readonly issuer: string;
  readonly clientId: string | undefined;
  readonly now: number;
}

/** v3 signs whatever it answers, errors too: no aud, no nbf, typ `at+jwt`. */
export async function signAnswer(answer: PlatformAnswer, terms: AnswerTerms): Promise<PlatformAnswer> {
  const { key, issuer, clientId } = terms;
  const digest = `SHA-256=${createHash('sha256').update(answer.body).digest('base64')}`;
  const correlationId = answer.headers['X-Correlation-Id'] ?? randomUUID();
  const iat = Math.floor(terms.now);
  const claims = {
    jti: randomUUID(),
    iss: issuer,
    iat,
    exp: iat + LIFE,
    ...(clientId === undefined ? {} : { client_id: clientId }),
    signed_headers: [
      { digest },
      { 'x-correlation-id': correlationId },
      { 'content-type': answer.headers['Content-Type'] },
    ],
  };
  const signature = await signJws({ alg: 'RS256', typ: 'at+jwt', kid: key.kid }, claims, key.privateKey);
  return {
    ...answer,
    headers: {
      ...answer.headers,
      Digest: digest,
      'X-Correlation-Id': correlationId,
      'Agid-JWT-Signature': signature,
    },
  };
}
