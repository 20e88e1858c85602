import { VerificationError } from '../errors';
import { kindOf } from './printable';
import { proven, tokenOf } from './proven';
import type { Check } from './types';

/**
 * PDND 3.1 row 1, RFC 9449 7.1: a voucher that is bound to a key (cnf.jkt) comes with the scheme DPoP, one that is not
 * comes as Bearer. A voucher bound in a way that is not understood here is refused: nobody would check the tie.
 */
export const checkVoucherBinding: Check = {
  id: 'voucher-binding',
  title: { en: 'bound to a key?', it: 'vincolato a una chiave?' },
  token: 'VOUCHER',
  run(verification) {
    const token = tokenOf(verification, 'VOUCHER');
    const thumbprint = confirmedThumbprint(proven(token.claims, 'claims').raw['cnf']);
    const bound = thumbprint !== undefined;
    if (bound) token.thumbprint = thumbprint;
    if (bound && verification.scheme === 'Bearer') throw new VerificationError('MODI_VOUCHER_BOUND', {}, 'VOUCHER');
    if (!bound && verification.scheme === 'DPoP') throw new VerificationError('MODI_VOUCHER_UNBOUND', {}, 'VOUCHER');
  },
  proved: (verification) =>
    tokenOf(verification, 'VOUCHER').thumbprint === undefined ? 'no, a bearer voucher' : 'yes, by cnf.jkt',
};

function confirmedThumbprint(cnf: unknown): string | undefined {
  if (cnf === undefined) return undefined;
  const members = typeof cnf === 'object' && cnf !== null && !Array.isArray(cnf) ? Object.keys(cnf) : [];
  const jkt =
    members.length === 1 && members[0] === 'jkt' ? (cnf as Readonly<Record<string, unknown>>)['jkt'] : undefined;
  if (typeof jkt === 'string' && /^[\w-]{43}$/.test(jkt)) return jkt;
  const found = members.length === 0 ? kindOf(cnf) : `an object with ${members.length} member(s)`;
  throw new VerificationError('MODI_VOUCHER_CONFIRMATION', { found, expected: '{"jkt":"<43 characters>"}' }, 'VOUCHER');
}
