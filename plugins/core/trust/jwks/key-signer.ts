import { factsOf } from '../facts';
import { linksOfPinned } from '../links';
import { outsideValidity } from '../refusals';
import type { CertificateFacts, Signer, TrustMaterial } from '../types';
import type { TrustedKey } from './types';

/** RFC 5280 4.1.2.5: the date of what has no well-defined end. */
const NO_END = 253_402_300_799;

/** A key's signer is the same as long as key and anchors are: the look-up of its issuer is not made per request. */
const known = new WeakMap<TrustedKey, { readonly material: TrustMaterial; readonly signer: Signer }>();

/**
 * A trusted key as a signer, at `now` (seconds since the epoch). With a certificate it is that certificate's subject;
 * without, it is called `kid:` and its kid, and its thumbprint is the one of RFC 7638.
 *
 * @throws VerificationError MODI_CERTIFICATE_EXPIRED, _NOT_YET_VALID.
 */
export function signerOfKey(key: TrustedKey, material: TrustMaterial, now: number): Signer {
  const refusal = key.certificate && outsideValidity(key.certificate, now);
  if (refusal !== undefined) throw refusal;
  const before = known.get(key);
  if (before?.material === material) return before.signer;
  const signer = make(key, material);
  known.set(key, { material, signer });
  return signer;
}

function make(trusted: TrustedKey, { anchorsBySubject }: TrustMaterial): Signer {
  const { certificate, key, algorithm } = trusted;
  const facts = certificate === undefined ? factsOfKey(trusted) : factsOf(certificate);
  return {
    certificate: facts,
    key,
    path: certificate === undefined ? [] : [facts],
    chain: certificate === undefined ? [] : [certificate.x509.raw],
    trustedBy: 'jwk',
    links: certificate === undefined ? [] : linksOfPinned(certificate, anchorsBySubject),
    notBefore: facts.notBefore,
    notAfter: facts.notAfter,
    ...(algorithm === undefined ? {} : { algorithm }),
  };
}

const factsOfKey = ({ kid, thumbprint }: TrustedKey): CertificateFacts => ({
  subject: `kid:${kid}`,
  issuer: '',
  serial: '',
  thumbprint,
  organizationIdentifier: undefined,
  commonName: undefined,
  organizationalUnits: [],
  alternativeNames: [],
  notBefore: 0,
  notAfter: NO_END,
});
