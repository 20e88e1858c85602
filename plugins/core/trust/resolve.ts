import { VerificationError } from '../errors';
import { CertificateFormatError, parseCertificate, type Certificate } from './certificate';
import { contentsOf } from './contents';
import { factsOf } from './facts';
import { linksOf, linksOfPinned } from './links';
import { findPath } from './path';
import { outsideValidity, usage, weakKey } from './refusals';
import { authorityAsSigner } from './signer-usage';
import type { Signer, TrustMaterial } from './types';

/**
 * The signer that x5c names (DER, signer first; RFC 7515 4.1.6), when it is pinned or a path leads from it to an
 * anchor at `now` (seconds since the epoch). The certificates behind the first may stand in any order.
 *
 * @throws VerificationError MODI_X5C_MALFORMED, MODI_X5C_TOO_MANY, MODI_CERTIFICATE_UNTRUSTED, _EXPIRED,
 * _NOT_YET_VALID, _USAGE, _CONSTRAINT, _WEAK_KEY.
 */
export function resolveByChain(material: TrustMaterial, x5c: readonly Buffer[], now: number): Signer {
  if (x5c.length > material.maxChain) {
    throw new VerificationError('MODI_X5C_TOO_MANY', { found: x5c.length, max: material.maxChain });
  }
  const [signer, ...others] = x5c.map(parseNumbered);
  if (signer === undefined) throw new VerificationError('MODI_X5C_MALFORMED', { reason: 'it is empty' });
  const pinned = material.pinned.get(signer.thumbprint);
  if (pinned !== undefined) return pinnedSigner(material, pinned, now);
  refuseAnchor(material, signer);
  const path = findPath({ ...material, signer, others, now });
  return signerOf(path, 'anchor', linksOf(path));
}

/**
 * The pinned signer of an x5t#S256 (RFC 7515 4.1.8), when it is valid at `now` (seconds since the epoch).
 *
 * @throws VerificationError MODI_CERTIFICATE_UNKNOWN, _EXPIRED, _NOT_YET_VALID.
 */
export function resolveByThumbprint(material: TrustMaterial, thumbprint: string, now: number): Signer {
  const pinned = material.pinned.get(thumbprint);
  if (pinned === undefined) throw new VerificationError('MODI_CERTIFICATE_UNKNOWN');
  return pinnedSigner(material, pinned, now);
}

function parseNumbered(der: Buffer, index: number): Certificate {
  try {
    return parseCertificate(der);
  } catch (error) {
    if (!(error instanceof CertificateFormatError)) throw error;
    const reason = `certificate ${index + 1} ${error.message}`;
    throw new VerificationError('MODI_X5C_MALFORMED', { reason }, undefined, { cause: error });
  }
}

/** Usage, strength and contents of a pinned certificate have been judged when the trust was compiled. */
function pinnedSigner(material: TrustMaterial, certificate: Certificate, now: number): Signer {
  const refusal = outsideValidity(certificate, now);
  if (refusal !== undefined) throw refusal;
  return signerOf([certificate], 'pin', linksOfPinned(certificate, material.anchorsBySubject));
}

/** An anchor is its own proof, and still signs no tokens. */
function refuseAnchor({ anchorsBySubject }: TrustMaterial, signer: Certificate): void {
  const isAnchor = anchorsBySubject.get(signer.subject)?.some(({ thumbprint }) => thumbprint === signer.thumbprint);
  const problem = isAnchor === true ? authorityAsSigner(contentsOf(signer)) : undefined;
  if (problem !== undefined) throw usage(signer, problem);
}

function signerOf(path: readonly Certificate[], trustedBy: Signer['trustedBy'], links: Signer['links']): Signer {
  const [signer] = path;
  if (signer === undefined) throw new TypeError('a path holds at least the signer');
  if (signer.key.type === 'unacceptable') throw weakKey(signer, signer.key.found);
  const facts = path.map(factsOf);
  return {
    certificate: factsOf(signer),
    key: signer.key,
    path: facts,
    trustedBy,
    chain: path.map(({ x509 }) => x509.raw),
    links,
    notBefore: Math.max(...facts.map(({ notBefore }) => notBefore)),
    notAfter: Math.min(...facts.map(({ notAfter }) => notAfter)),
  };
}
