import type { KeyObject, X509Certificate } from 'node:crypto';
import { SigningError } from '../sign';

/**
 * The key's own certificate first, then each one's issuer, as x5c wants it (RFC 7515 4.1.6). Files hold them in any
 * order. A self-signed authority on top is left out: whoever needs it has it, or must not believe it.
 *
 * @throws SigningError KEY_MISMATCH when none of them is the key's.
 */
export function orderedChain(key: KeyObject, certificates: readonly X509Certificate[]): readonly X509Certificate[] {
  const own = certificates.find((certificate) => certificate.checkPrivateKey(key));
  if (own === undefined) {
    const subjects = certificates.map(({ subject }) => subject.split('\n').join(', ')).join('; ');
    throw new SigningError('KEY_MISMATCH', `the key belongs to none of the certificates: ${subjects}`);
  }
  const chain = [own];
  for (let above = issuerOf(own, certificates); above !== undefined; above = issuerOf(above, certificates)) {
    if (isSelfSigned(above) || chain.includes(above)) break;
    chain.push(above);
  }
  return chain;
}

const issuerOf = (certificate: X509Certificate, all: readonly X509Certificate[]): X509Certificate | undefined =>
  all.find((other) => other !== certificate && certificate.checkIssued(other) && certificate.verify(other.publicKey));

const isSelfSigned = (certificate: X509Certificate): boolean => certificate.subject === certificate.issuer;
