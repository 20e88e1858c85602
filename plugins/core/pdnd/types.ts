import type { JsonObject } from '../token';
import type { SignerKey } from '../trust';
import type { Party, PartyIds } from './party';

/** A key of the platform's authorization server: vouchers are signed with it. */
export interface VoucherKey {
  readonly kid: string;
  readonly key: SignerKey;
  /** Seconds since the epoch. */
  readonly fetchedAt: number;
}

/** The key of a participant's client, as the platform's key API hands it out. */
export interface ParticipantKey {
  readonly kid: string;
  readonly key: SignerKey;
  /** Whose key it is; v1 of the API does not tell. */
  readonly clientId: string | undefined;
  /** Public members only. */
  readonly jwk: JsonObject;
  /** Seconds since the epoch. */
  readonly fetchedAt: number;
  readonly source: KeyApiVersion;
}

/** The versions of the platform's key API; v3 is asked with DPoP and signs its answers. */
export type KeyApiVersion = 'v1' | 'v2' | 'v3';

/**
 * The platform's keys, as far as tokens need them. Times are seconds since the epoch. A value and no promise when it is
 * in hand: no await on the hot path. The same object for the same key until it is fetched anew.
 */
export interface PdndKeys {
  /**
   * @throws (or rejects with) VerificationError without a token kind, for the caller to name it: MODI_VOUCHER_KID_UNKNOWN
   * (401), MODI_VOUCHER_KEYS_UNAVAILABLE (503).
   */
  voucherKey(kid: string, now: number): VoucherKey | Promise<VoucherKey>;
  /**
   * `source` is who asks (client_id of the verified voucher): look-ups of unknown kids are budgeted per source.
   *
   * @throws (or rejects with) VerificationError without a token kind, for the caller to name it:
   * MODI_PARTICIPANT_KID_MALFORMED, _KEY_UNKNOWN, _KEY_DELETED, _KEY_WEAK (400), _KEY_BUDGET (429), _KEYS_UNAVAILABLE (503).
   */
  participantKey(kid: string, source: string, now: number): ParticipantKey | Promise<ParticipantKey>;
  /** What the platform says of the parties of a voucher: what is in hand now; never waits, never throws. */
  party(ids: PartyIds, now: number): Party;
  /** Until all that is on its way has arrived or failed. */
  settled(): Promise<void>;
}
