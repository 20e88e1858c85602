import { createHash, type X509Certificate } from 'node:crypto';
import { SigningError } from './signing-error';

/** How a token names its signer: the certificate, the certificate with its chain, or its thumbprint. */
export type KeyReference = 'x5c' | 'x5c_chain' | 'x5t#S256';

/**
 * The members of the JOSE header that name the signer (RFC 7515 4.1.6, 4.1.8). `chain` has the signer first.
 *
 * @throws SigningError CERTIFICATE_MISSING for an empty chain.
 */
export function keyReference(kind: KeyReference, chain: readonly X509Certificate[]): Readonly<Record<string, unknown>> {
  const [signer] = chain;
  if (signer === undefined)
    throw new SigningError('CERTIFICATE_MISSING', `${kind} needs the certificate of the signer`);
  switch (kind) {
    case 'x5c':
      return { x5c: [base64(signer)] };
    case 'x5c_chain':
      return { x5c: chain.map(base64) };
    case 'x5t#S256':
      return { 'x5t#S256': createHash('sha256').update(signer.raw).digest('base64url') };
  }
}

/** Standard base64, not base64url: RFC 7515 4.1.6 says so, and it is the commonest mistake. */
const base64 = (certificate: X509Certificate): string => certificate.raw.toString('base64');
