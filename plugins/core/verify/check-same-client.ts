import { VerificationError, type TokenKind } from '../errors';
import { printable } from './printable';
import { proven, tokenOf } from './proven';
import type { Check, Claims } from './types';

/**
 * PDND 5.2, what ties the tokens of a request: the key is registered for the voucher's client, and where the token
 * names a client it is that one. Where nobody tells whose key it is (v1 of the key API, or a certificate), the token
 * must name the client itself. iss of an audit token always is the client.
 */
export const checkSameClient = (kind: 'INTEGRITY' | 'AUDIT'): Check => ({
  id: 'same-client',
  title: { en: 'same client', it: 'stesso client' },
  token: kind,
  run(verification) {
    const { clientId } = proven(verification.voucher, 'the voucher');
    const { claims, participant } = tokenOf(verification, kind);
    const owner = participant?.clientId;
    // Whose key it is instead is nothing that the caller should learn.
    if (owner !== undefined && owner !== clientId) {
      throw new VerificationError('MODI_KEY_OWNER_MISMATCH', { expected: clientId }, kind);
    }
    const told = proven(claims, 'claims');
    if (told.clientId !== undefined) compare('client_id', told.clientId, clientId, kind);
    if (kind === 'AUDIT') compare('iss', requiredIssuer(told), clientId, kind);
    else if (owner === undefined && told.clientId === undefined) compare('iss', told.iss ?? 'absent', clientId, kind);
  },
  proved: ({ voucher }) => proven(voucher, 'the voucher').clientId,
});

function compare(claim: string, found: string, expected: string, kind: TokenKind): void {
  if (found === expected) return;
  throw new VerificationError('MODI_CLIENT_MISMATCH', { claim, found: printable(found), expected }, kind);
}

function requiredIssuer({ iss }: Claims): string {
  if (iss === undefined) throw new VerificationError('MODI_CLAIM_MISSING', { claim: 'iss' }, 'AUDIT');
  return iss;
}
