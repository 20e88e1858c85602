import { PolicyError } from '../errors';
import { proven, tokenOf } from './proven';
import type { Check, Claims, Policy } from './types';

/**
 * Pipeline 2.2 row 9: who the caller is. The certificate's organizationIdentifier (or its whole subject) is proven;
 * a claim is what the holder of a trusted certificate asserts, and is used when the configuration says so.
 */
export const checkIdentity: Check = {
  id: 'identity',
  title: { en: 'identity', it: 'identità' },
  run(verification) {
    const { claims, signer } = tokenOf(verification, 'ID_AUTH');
    const { certificate } = proven(signer, 'certificate');
    const { identityClaim } = verification.policy;
    const client =
      identityClaim === 'certificate'
        ? (certificate.organizationIdentifier ?? certificate.subject)
        : claimed(proven(claims, 'claims'), identityClaim);
    if (client === undefined || client === '') {
      throw new PolicyError('MODI_IDENTITY_MISSING', { claim: identityClaim }, 'ID_AUTH');
    }
    verification.client = client;
  },
  proved: ({ client, policy }) => `${client ?? ''} (from ${policy.identityClaim})`,
};

function claimed(claims: Claims, name: Exclude<Policy['identityClaim'], 'certificate'>): string | undefined {
  return name === 'client_id' ? claims.clientId : claims[name];
}
