import { VerificationError } from '../errors';
import { proven, tokenOf } from './proven';
import type { Check } from './types';

/** Pipeline 3.4 row 11: both tokens are signed with the same certificate, or one party could vouch for another's body. */
export const checkSameSigner: Check = {
  id: 'same-signer',
  title: { en: 'same signer', it: 'stesso firmatario' },
  token: 'INTEGRITY',
  run(verification) {
    const { certificate } = proven(tokenOf(verification, 'ID_AUTH').signer, 'certificate');
    const integrity = proven(tokenOf(verification, 'INTEGRITY').signer, 'certificate').certificate;
    if (certificate.thumbprint === integrity.thumbprint) return;
    throw new VerificationError(
      'MODI_SIGNER_MISMATCH',
      { expected: certificate.subject, found: integrity.subject },
      'INTEGRITY',
    );
  },
  proved: (verification) => tokenOf(verification, 'ID_AUTH').signer?.certificate.thumbprint ?? '',
};
