import { VerificationError } from '../errors';
import type { JsonObject } from '../token';
import { kindOf, printable } from './printable';
import { proven, tokenOf } from './proven';
import type { Check } from './types';

/** Ids of the platform are UUIDs; what is longer is none, and they become headers and log fields. */
const MAX_ID_CHARACTERS = 128;

/** PDND 3.1 rows 8 and 11: the voucher names its client, alike in sub and client_id, and the purpose it was issued for. */
export const checkVoucherClient: Check = {
  id: 'voucher-client',
  title: { en: 'client and purpose', it: 'client e finalità' },
  token: 'VOUCHER',
  run(verification) {
    const { raw } = proven(tokenOf(verification, 'VOUCHER').claims, 'claims');
    const clientId = requiredId(raw, 'client_id');
    const sub = requiredId(raw, 'sub');
    if (sub !== clientId) {
      throw new VerificationError('MODI_VOUCHER_SUBJECT', { expected: clientId, found: sub }, 'VOUCHER');
    }
    verification.voucher = {
      clientId,
      purposeId: requiredId(raw, 'purposeId'),
      consumerId: optionalId(raw, 'consumerId'),
      producerId: optionalId(raw, 'producerId'),
      eserviceId: optionalId(raw, 'eserviceId'),
      descriptorId: optionalId(raw, 'descriptorId'),
      jti: requiredId(raw, 'jti'),
    };
  },
  proved: ({ voucher }) => {
    const { clientId, purposeId } = proven(voucher, 'the voucher');
    return `client ${clientId}, purpose ${purposeId}`;
  },
};

function requiredId(raw: JsonObject, claim: string): string {
  const id = optionalId(raw, claim);
  if (id === undefined) throw new VerificationError('MODI_CLAIM_MISSING', { claim }, 'VOUCHER');
  return id;
}

function optionalId(raw: JsonObject, claim: string): string | undefined {
  const value = raw[claim];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value !== '' && value.length <= MAX_ID_CHARACTERS) return value;
  const found = typeof value === 'string' ? `${value.length} characters, ${printable(value, 16)}` : kindOf(value);
  throw new VerificationError('MODI_CLAIM_TYPE', { claim, expected: 'an id of the platform', found }, 'VOUCHER');
}
