import { VerificationError } from '../errors';
import { proven, tokenOf } from './proven';
import type { Check } from './types';

/** Pipeline 3.4 row 11: all tokens are signed with the same certificate, or one party could vouch for another's body. */
export const checkSameSigner = (kind: 'INTEGRITY' | 'AUDIT'): Check => ({
  id: 'same-signer',
  title: { en: 'same signer', it: 'stesso firmatario' },
  token: kind,
  run(verification) {
    const { certificate } = proven(tokenOf(verification, 'ID_AUTH').signer, 'certificate');
    const other = proven(tokenOf(verification, kind).signer, 'certificate').certificate;
    if (certificate.thumbprint === other.thumbprint) return;
    throw new VerificationError('MODI_SIGNER_MISMATCH', { expected: certificate.subject, found: other.subject }, kind);
  },
  proved: (verification) => proven(tokenOf(verification, 'ID_AUTH').signer, 'certificate').certificate.thumbprint,
});
