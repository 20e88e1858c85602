import { CertificateFormatError, type Certificate } from './certificate';
import { contentsOf, type Contents } from './contents';
import { isoTime, nameOf } from './refusals';
import { extensionsUnderstood, firstProblem, mayVouch, strongHash } from './rules';
import { usageProblem } from './signer-usage';
import { certificatesIn, SourceError } from './source-contents';
import type { SourceReader } from './watched-source';

/** The certificates of a source, each judged. */
export type CertificateReader = SourceReader<readonly Certificate[]>;

/** Reads anchors: valid now, an authority, understood, with a strong key. */
export const anchorReader = (password: string | undefined): CertificateReader =>
  readerOf(password, (anchor, now) => {
    if (now < anchor.notBefore) return `is valid only from ${isoTime(anchor.notBefore)}`;
    return problemOfAnchor(anchor);
  });

/** Reads pinned signers. One that becomes valid later may be pinned ahead of time. */
export const pinnedReader = (password: string | undefined, usages: readonly string[] | null): CertificateReader =>
  readerOf(password, (certificate) => problemOfPinned(certificate, usages));

/** Why a certificate may be nobody's anchor, as the rest of a sentence that begins with its name. Its dates are not looked at. */
export const problemOfAnchor = (anchor: Certificate): string | undefined =>
  problemOfAny(anchor, (contents) => firstProblem(contents, [extensionsUnderstood, mayVouch]));

/**
 * Why a certificate that is believed as such may not sign tokens, as the rest of a sentence that begins with its name;
 * undefined when it may. It may be an authority, and hold unknown extensions. Its dates are not looked at.
 */
export const problemOfPinned = (certificate: Certificate, usages: readonly string[] | null): string | undefined =>
  problemOfAny(certificate, (contents) => {
    const problem = usageProblem(contents, usages);
    return problem && `may not sign tokens: ${problem.reason}`;
  });

/** In a folder, what has expired is left out: one member's end must not shut out the others. */
function readerOf(
  password: string | undefined,
  problemOf: (certificate: Certificate, now: number) => string | undefined,
): CertificateReader {
  return ({ bytes, origin, isInFolder }, now) => {
    const certificates = certificatesIn(bytes, password, origin);
    const inTime = isInFolder ? certificates.filter(({ notAfter }) => now <= notAfter) : certificates;
    for (const certificate of inTime) {
      const { notAfter } = certificate;
      const problem = now > notAfter ? `expired at ${isoTime(notAfter)}` : problemOf(certificate, now);
      if (problem !== undefined)
        throw new SourceError(`the certificate ${nameOf(certificate)} in ${origin} ${problem}`);
    }
    return inTime;
  };
}

function problemOfAny(
  certificate: Certificate,
  furtherProblem: (contents: Contents) => string | undefined,
): string | undefined {
  const { key } = certificate;
  if (key.type === 'unacceptable') {
    return `has a key ${key.found}; RSA of at least 2048 bits or EC P-256, P-384, P-521 is accepted`;
  }
  try {
    const contents = contentsOf(certificate);
    return strongHash(contents) ?? furtherProblem(contents);
  } catch (error) {
    if (error instanceof CertificateFormatError) return error.message;
    throw error;
  }
}
