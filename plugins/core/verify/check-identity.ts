import { PolicyError } from '../errors';
import { authorizationOf, proven } from './proven';
import type { Signer } from '../trust';
import { namingClaims } from './naming-claims';
import type { IdentityClaim } from './party-policy';
import type { Check, Verification } from './types';

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
    const { identityClaim } = verification.policy.party;
    const client = identityBy(identityClaim, verification);
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
  proved: ({ client, policy }) => `${proven(client, 'identity')} (from ${policy.party.identityClaim})`,
};

/** A subject may be as long as its authority liked; the thumbprint is as good a name. */
function provenIdentity({ organizationIdentifier, subject, thumbprint }: Signer['certificate']): string {
  const name = organizationIdentifier ?? subject;
  return name.length > MAX_IDENTITY_CHARACTERS ? `x5t#S256:${thumbprint}` : name;
}

function identityBy(name: IdentityClaim, verification: Verification): string | undefined {
  if (name === 'application') return proven(verification.caller, 'caller').name;
  const { claims, signer } = authorizationOf(verification);
  // A voucher has no certificate: the platform proved its client, and all that it wrote besides.
  if (name === 'certificate') {
    return verification.voucher?.clientId ?? provenIdentity(proven(signer, 'certificate').certificate);
  }
  const told = proven(claims, 'claims');
  if (name !== 'purposeId' && name !== 'consumerId') return namingClaims(told)[name];
  const value = told.raw[name];
  return typeof value === 'string' ? value : undefined;
}
