import type { Material } from '../core/evidence';
import type { TokenState } from '../core/verify';
import { once } from './once';

/**
 * What the token's signature is checked with, as it was when it was judged: certificates, a key of a trusted set, or one of
 * the platform, which may delete it later. Undefined for a token that brings its own key.
 */
export function materialOf({ signer, participant, key, kid, reference }: TokenState): Material | undefined {
  if (signer !== undefined && signer.chain.length === 0) {
    // A key of a trusted JWK Set, which may be gone from it tomorrow.
    return once(signer, () => ({
      kind: 'trusted_key',
      trusted_by: signer.trustedBy,
      kid: reference?.kid,
      jwk: signer.key.key.export({ format: 'jwk' }),
    }));
  }
  if (signer !== undefined) {
    return once(signer, () => ({
      kind: 'certificates',
      trusted_by: signer.trustedBy,
      x5c: signer.chain.map((der) => der.toString('base64')),
    }));
  }
  if (participant !== undefined) {
    const { jwk, source, clientId, fetchedAt } = participant;
    const fetched = new Date(fetchedAt * 1000).toISOString();
    return once(participant, () => ({
      kind: 'participant_key',
      kid,
      jwk,
      source,
      client_id: clientId,
      fetched_at: fetched,
    }));
  }
  if (key === undefined || kid === undefined) return undefined;
  return once(key, () => ({ kind: 'platform_key', kid, jwk: key.key.export({ format: 'jwk' }) }));
}
