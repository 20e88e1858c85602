import { createHash, timingSafeEqual } from 'node:crypto';
import { VerificationError } from '../errors';
import { kindOf, printable } from './printable';
import { proven, tokenOf } from './proven';
import type { Check } from './types';

/**
 * ModI AUDIT_REST_02 5.1 step 6: the digest that the platform copied into the voucher is the SHA-256 of the compact
 * audit token, as it was sent. Hexadecimal of any case, as the field sends it.
 */
export const checkAuditDigest: Check = {
  id: 'audit-digest',
  title: { en: 'voucher and audit token', it: 'voucher e token di audit' },
  token: 'AUDIT',
  run(verification) {
    const { digest } = proven(tokenOf(verification, 'VOUCHER').claims, 'claims').raw;
    const announced = readDigest(digest);
    const computed = digestOfToken(tokenOf(verification, 'AUDIT').text);
    if (timingSafeEqual(announced, computed)) return;
    throw new VerificationError(
      'MODI_AUDIT_DIGEST_MISMATCH',
      { expected: announced.toString('hex'), found: computed.toString('hex') },
      'AUDIT',
    );
  },
  proved: () => 'the digest in the voucher is the SHA-256 of the token',
};

/** Over the ASCII of header.payload.signature. */
const digestOfToken = (text: string): Buffer => createHash('sha256').update(text, 'latin1').digest();

function readDigest(digest: unknown): Buffer {
  if (digest === undefined) throw new VerificationError('MODI_AUDIT_DIGEST_MISSING', {}, 'AUDIT');
  if (typeof digest !== 'object' || digest === null || Array.isArray(digest)) throw malformed(kindOf(digest));
  const { alg, value } = digest as Readonly<Record<string, unknown>>;
  if (alg !== 'SHA256') throw malformed(`alg is ${printable(alg)}`);
  if (typeof value !== 'string' || !/^[0-9A-Fa-f]{64}$/.test(value)) {
    throw malformed(typeof value === 'string' ? `value has ${value.length} characters` : `value is ${kindOf(value)}`);
  }
  return Buffer.from(value, 'hex');
}

const malformed = (reason: string): VerificationError =>
  new VerificationError('MODI_AUDIT_DIGEST_MALFORMED', { reason }, 'AUDIT');
