import { VerificationError } from '../errors';
import { proven } from './proven';
import type { Check, Verification } from './types';

const HEADER = 'agid-jwt-trackingevidence';

/**
 * ModI AUDIT_REST_01/02: a single Agid-JWT-TrackingEvidence with the bare token. Where the route leaves it to the
 * caller it may be absent, unless the voucher says that there is one: then somebody took it away.
 */
export const checkTrackingHeader: Check = {
  id: 'tracking-header',
  title: { en: 'Agid-JWT-TrackingEvidence header', it: 'intestazione Agid-JWT-TrackingEvidence' },
  token: 'AUDIT',
  run(verification) {
    const values = verification.headers.get(HEADER) ?? [];
    const [text] = values;
    if (text === undefined) {
      refuseAbsence(verification);
      return;
    }
    if (values.length > 1) throw malformed(`${values.length} headers were found`);
    if (text.includes(' ') || text.includes(',')) throw malformed('several words were found');
    verification.tokens.AUDIT = { kind: 'AUDIT', text };
  },
  proved: ({ tokens }) =>
    tokens.AUDIT === undefined
      ? 'absent, as the route allows'
      : `one header, bare token, ${tokens.AUDIT.text.length} bytes`,
};

function refuseAbsence({ policy, tokens }: Verification): void {
  const { pattern, required } = proven(policy.audit, 'the policy of audit tokens');
  if (required) throw new VerificationError('MODI_AUDIT_MISSING', { reason: pattern }, 'AUDIT');
  if (tokens.VOUCHER?.claims?.raw['digest'] !== undefined) {
    throw new VerificationError('MODI_AUDIT_MISSING', { reason: 'the voucher holds the digest of one' }, 'AUDIT');
  }
}

const malformed = (reason: string): VerificationError =>
  new VerificationError('MODI_AUDIT_HEADER', { reason }, 'AUDIT');
