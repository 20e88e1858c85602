import { PolicyError } from '../errors';
import { proven, tokenOf } from './proven';
import type { Signer } from '../trust';
import type { Check, Claims, Policy } from './types';

/** It becomes a header, a consumer's name and a log field. */
const MAX_IDENTITY_CHARACTERS = 512;

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
      identityClaim === 'certificate' ? provenIdentity(certificate) : claimed(proven(claims, 'claims'), identityClaim);
    if (client === undefined || client === '') {
      throw new PolicyError('MODI_IDENTITY_MISSING', { claim: identityClaim }, 'ID_AUTH');
    }
    if (client.length > MAX_IDENTITY_CHARACTERS) {
      throw new PolicyError(
        'MODI_IDENTITY_TOO_LONG',
        { claim: identityClaim, found: client.length, max: MAX_IDENTITY_CHARACTERS },
        'ID_AUTH',
      );
    }
    verification.client = client;
  },
  proved: ({ client, policy }) => `${client ?? ''} (from ${policy.identityClaim})`,
};

/** A subject may be as long as its authority liked; the thumbprint is as good a name. */
function provenIdentity({ organizationIdentifier, subject, thumbprint }: Signer['certificate']): string {
  const name = organizationIdentifier ?? subject;
  return name.length > MAX_IDENTITY_CHARACTERS ? `x5t#S256:${thumbprint}` : name;
}

function claimed(claims: Claims, name: Exclude<Policy['identityClaim'], 'certificate'>): string | undefined {
  return name === 'client_id' ? claims.clientId : claims[name];
}
