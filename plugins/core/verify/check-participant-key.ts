import type { TokenKind } from '../errors';
import { takeKey } from './platform-key';
import { proven, tokenOf } from './proven';
import type { Check } from './types';

/**
 * ModI INTEGRITY_REST_02, AUDIT_REST: kid names a key that a participant registered at the platform. Asked for on
 * behalf of the voucher's client, whose look-ups of unknown kids are budgeted. Refused with the codes
 * MODI_PARTICIPANT_KID_MALFORMED, MODI_PARTICIPANT_KEY_UNKNOWN, MODI_PARTICIPANT_KEY_DELETED,
 * MODI_PARTICIPANT_KEY_WEAK, MODI_PARTICIPANT_KEY_BUDGET and MODI_PARTICIPANT_KEYS_UNAVAILABLE.
 */
export const checkParticipantKey = (kind: TokenKind): Check => ({
  id: 'participant-key',
  title: { en: 'key of the participant', it: 'chiave del partecipante' },
  token: kind,
  prepare(verification, keys) {
    const token = tokenOf(verification, kind);
    const kid = proven(token.kid, 'kid');
    const { clientId } = proven(verification.voucher, 'the voucher');
    return takeKey(
      kind,
      () => proven(keys, 'the platform').participantKey(kid, clientId, verification.now),
      (participant) => {
        token.participant = participant;
        token.key = participant.key;
      },
    );
  },
  run(verification) {
    proven(tokenOf(verification, kind).participant, 'the key of the participant');
  },
  proved: (verification) => {
    const { kid, clientId } = proven(tokenOf(verification, kind).participant, 'the key of the participant');
    return clientId === undefined ? `${kid}, the platform does not tell whose` : `${kid} of client ${clientId}`;
  },
});
