import { VerificationError } from '../../../plugins/core/errors';
import type { ParticipantKey, PdndKeys, VoucherKey } from '../../../plugins/core/pdnd';
import { signerKeyOf, type SignerKey } from '../../../plugins/core/trust';
import { IDS, type PdndCast, type PdndParty } from './cast';

function keyOf({ publicKey }: PdndParty): SignerKey {
  const key = signerKeyOf(publicKey);
  if (key.type === 'unacceptable') throw new TypeError(key.found);
  return key;
}

/** The platform's keys without a platform: those of the cast. `late` answers with promises, `down` not at all. */
export function fakeKeys(cast: PdndCast, mood: 'in-hand' | 'late' | 'down' | 'v1' = 'in-hand'): PdndKeys {
  const vouchers: VoucherKey = { kid: cast.platform.kid, key: keyOf(cast.platform), fetchedAt: 0 };
  const participants = new Map(
    (
      [
        [cast.client, IDS.client],
        [cast.otherClient, IDS.otherClient],
      ] as const
    ).map(([party, owner]) => {
      const clientId = mood === 'v1' ? undefined : owner;
      const source = mood === 'v1' ? 'v1' : 'v3';
      const jwk = { ...party.publicKey.export({ format: 'jwk' }), kid: party.kid };
      const key: ParticipantKey = { kid: party.kid, key: keyOf(party), clientId, jwk, fetchedAt: 0, source };
      return [party.kid, key];
    }),
  );
  const give = <K>(key: K | undefined, unknown: () => Error): K | Promise<K> => {
    if (mood === 'late') return key === undefined ? Promise.reject(unknown()) : Promise.resolve(key);
    if (key === undefined) throw unknown();
    return key;
  };
  return {
    voucherKey: (kid) => {
      if (mood === 'down') throw new VerificationError('MODI_VOUCHER_KEYS_UNAVAILABLE', { retryAfter: 7 });
      const found = kid === vouchers.kid ? vouchers : undefined;
      return give(found, () => new VerificationError('MODI_VOUCHER_KID_UNKNOWN', { found: kid }));
    },
    participantKey: (kid) =>
      give(participants.get(kid), () => new VerificationError('MODI_PARTICIPANT_KEY_UNKNOWN', { found: kid })),
    party: () => ({}),
    settled: () => Promise.resolve(),
  };
}
