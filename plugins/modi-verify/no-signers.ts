import { VerificationError } from '../core/errors';
import type { SignerDirectory } from '../core/verify';

const nobody = (): never => {
  throw new VerificationError('MODI_CERTIFICATE_UNTRUSTED', { reason: 'this service trusts no certificate' });
};

/** The directory of a route on which all keys are the platform's: no certificate is believed. */
export const NO_SIGNERS: SignerDirectory = { id: 'none', maxChain: 1, byChain: nobody, byThumbprint: nobody };
