import { PolicyError, VerificationError, type ModiCode } from '../errors';
import { proven } from './proven';
import type { Check } from './types';

/**
 * PDND 3.1 row 7: the voucher is for this provider, this e-service, a version of it that is served here; each where it
 * is configured, and then a voucher without the claim is refused.
 */
export const checkVoucherEservice: Check = {
  id: 'voucher-eservice',
  title: { en: 'e-service', it: 'e-service' },
  token: 'VOUCHER',
  run({ policy, voucher }) {
    const { producerId, eserviceId, descriptorIds } = proven(policy.pdnd, 'the policy of vouchers');
    const facts = proven(voucher, 'the voucher');
    compare('producerId', 'MODI_VOUCHER_PRODUCER', facts.producerId, only(producerId));
    compare('eserviceId', 'MODI_VOUCHER_ESERVICE', facts.eserviceId, only(eserviceId));
    compare('descriptorId', 'MODI_VOUCHER_DESCRIPTOR', facts.descriptorId, descriptorIds);
  },
  proved: ({ policy }) => {
    const { producerId, eserviceId, descriptorIds } = proven(policy.pdnd, 'the policy of vouchers');
    const looked = [
      producerId === undefined ? [] : ['producerId'],
      eserviceId === undefined ? [] : ['eserviceId'],
      descriptorIds === undefined ? [] : ['descriptorId'],
    ].flat();
    return looked.length === 0 ? 'not looked at: no id is configured' : `${looked.join(', ')} as configured`;
  },
};

const only = (id: string | undefined): ReadonlySet<string> | undefined =>
  id === undefined ? undefined : new Set([id]);

function compare(
  claim: string,
  code: ModiCode,
  found: string | undefined,
  expected: ReadonlySet<string> | undefined,
): void {
  if (expected === undefined) return;
  if (found === undefined) throw new VerificationError('MODI_CLAIM_MISSING', { claim }, 'VOUCHER');
  if (!expected.has(found)) throw new PolicyError(code, { found, expected: [...expected].join(', ') }, 'VOUCHER');
}
