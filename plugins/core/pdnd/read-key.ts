import type { JsonObject } from '../token';
import { readPublicJwk } from './jwk';
import { PlatformError } from './platform-error';
import type { KeyApiVersion, ParticipantKey } from './types';

/** The platform has the key, and no signature may be believed for it. */
export interface WeakKey {
  /** What is wrong with it, in ASCII. */
  readonly weak: string;
}

/**
 * The key in an answer of the key API: a bare JWK in v1, `clientId` and `jwk` in v2 and v3. It must be the one that was
 * asked for: an answer to another question, kept and played back, is no answer.
 *
 * @throws PlatformError for another form, and for another key.
 */
export function readKey(
  answer: JsonObject,
  kid: string,
  version: KeyApiVersion,
  now: number,
): ParticipantKey | WeakKey {
  const { jwk, clientId } = version === 'v1' ? { jwk: answer, clientId: undefined } : answer;
  if (typeof jwk !== 'object' || jwk === null) throw new PlatformError('the answer holds no jwk');
  if (version !== 'v1' && (typeof clientId !== 'string' || clientId === '')) {
    throw new PlatformError('the answer does not say whose key it is');
  }
  const named = (jwk as JsonObject)['kid'];
  if (named !== undefined && named !== kid) throw new PlatformError('the answer holds another key');
  const read = readPublicJwk(jwk as JsonObject);
  if (typeof read === 'string') return { weak: read };
  if (named === undefined && read.thumbprint !== kid) throw new PlatformError('the answer holds another key');
  const owner = typeof clientId === 'string' ? clientId : undefined;
  return { kid, key: read.key, clientId: owner, jwk: read.jwk, fetchedAt: now, source: version };
}
