import type { TokenKind } from '../errors';
import { checkAudience } from './check-audience';
import { checkAuditClaims } from './check-audit-claims';
import { checkAuditDigest } from './check-audit-digest';
import { checkClaims } from './check-claims';
import { checkDnonce } from './check-dnonce';
import { checkDpopAge } from './check-dpop-age';
import { checkDpopBinding } from './check-dpop-binding';
import { checkDpopClaims } from './check-dpop-claims';
import { checkDpopHeader } from './check-dpop-header';
import { checkDpopKey } from './check-dpop-key';
import { checkDpopRequest } from './check-dpop-request';
import { checkDpopToken } from './check-dpop-token';
import { checkForm } from './check-form';
import { checkJti } from './check-jti';
import { checkKidHeader } from './check-kid-header';
import { checkParticipantKey } from './check-participant-key';
import { checkSameClient } from './check-same-client';
import { checkSamePurpose } from './check-same-purpose';
import { checkSameSigner } from './check-same-signer';
import { checkSignature } from './check-signature';
import { checkTimes } from './check-times';
import { checkTrackingHeader } from './check-tracking-header';
import { checkVoucherBinding } from './check-voucher-binding';
import { checkVoucherClient } from './check-voucher-client';
import { checkVoucherEservice } from './check-voucher-eservice';
import { checkVoucherHeader } from './check-voucher-header';
import { checkVoucherIssuer } from './check-voucher-issuer';
import { checkVoucherKey } from './check-voucher-key';
import { tokenChecks } from './token-checks';
import type { Check, Verification } from './types';

const VOUCHER: readonly Check[] = [
  checkVoucherHeader,
  checkForm('VOUCHER'),
  checkKidHeader('VOUCHER'),
  checkVoucherKey,
  checkSignature('VOUCHER'),
  checkClaims('VOUCHER'),
  checkVoucherIssuer,
  checkTimes('VOUCHER'),
  checkAudience('VOUCHER'),
  checkVoucherClient,
  checkVoucherEservice,
  checkVoucherBinding,
];

const DPOP: readonly Check[] = [
  checkDpopHeader,
  checkForm('DPOP'),
  checkDpopKey,
  checkSignature('DPOP'),
  checkDpopClaims,
  checkDpopRequest,
  checkDpopToken,
  checkDpopAge,
  checkDpopBinding,
];

/** What a token signed by a participant goes through; its key is the platform's to know. */
const participantChecks = (kind: Extract<TokenKind, 'INTEGRITY' | 'AUDIT'>): readonly Check[] => [
  checkForm(kind),
  checkKidHeader(kind),
  checkParticipantKey(kind),
  checkSignature(kind),
  checkClaims(kind),
  checkTimes(kind),
  checkAudience(kind),
  checkJti(kind),
  checkSameClient(kind),
  checkSamePurpose(kind),
];

/** INTEGRITY_REST_02; and INTEGRITY_REST_01 beside a voucher, whose certificate no other token of the request shares. */
export const INTEGRITY_BY_PARTICIPANT: readonly Check[] = participantChecks('INTEGRITY');
export const INTEGRITY_BESIDE_VOUCHER: readonly Check[] = [
  ...tokenChecks('INTEGRITY'),
  checkSameClient('INTEGRITY'),
  checkSamePurpose('INTEGRITY'),
];

const AUDIT_BY_PARTICIPANT: readonly Check[] = participantChecks('AUDIT');
const AUDIT_BY_CERTIFICATE: readonly Check[] = [...tokenChecks('AUDIT'), checkSameSigner('AUDIT')];

/** The order of PDND 3.1: the voucher by itself, then the proof of the key that it is bound to. */
export function* voucherChecks(verification: Verification): Generator<Check> {
  yield* VOUCHER;
  // Known by now, and by the binding the same as whether the voucher is bound.
  if (verification.scheme === 'DPoP') yield* DPOP;
}

/** ModI AUDIT_REST_01/02: the audit token, its tie to the caller, what it tracks, and its tie to the voucher. */
export function* auditChecks({ policy, tokens }: Verification): Generator<Check> {
  yield checkTrackingHeader;
  // Known by now: the check before has found the token, or found that it may be absent.
  if (tokens.AUDIT === undefined) return;
  yield* policy.pdnd === undefined ? AUDIT_BY_CERTIFICATE : AUDIT_BY_PARTICIPANT;
  if (policy.audit?.pattern === 'AUDIT_REST_02') yield checkDnonce;
  yield checkAuditClaims;
  if (policy.audit?.pattern === 'AUDIT_REST_02') yield checkAuditDigest;
}
