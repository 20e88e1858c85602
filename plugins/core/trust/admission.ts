import type { VerificationError } from '../errors';
import { CertificateFormatError, type Certificate } from './certificate';
import { contentsOf, type Contents } from './contents';
import { constraint, outsideValidity, usage, weakKey } from './refusals';
import { extensionsUnderstood, firstProblem, mayVouch, strongHash } from './rules';
import { authorityAsSigner, usageProblem } from './signer-usage';

/** A path in the making, anchor first; every certificate on it may vouch for others. */
export interface Branch {
  readonly path: readonly Certificate[];
  readonly tip: Certificate;
  /** How many further authorities the path length constraints so far allow. */
  readonly room: number;
}

/** The path that begins with an anchor. */
export const branchOf = (anchor: Certificate): Branch => ({
  path: [anchor],
  tip: anchor,
  room: contentsOf(anchor).basicConstraints?.pathLength ?? Infinity,
});

/** The path goes on with an authority that was admitted. Self-issued ones take no room (RFC 5280 6.1.4 (l), (m)). */
export function extended({ path, room }: Branch, authority: Certificate): Branch {
  const contents = contentsOf(authority);
  const left = isSelfIssued(contents) ? room : room - 1;
  return {
    path: [...path, authority],
    tip: authority,
    room: Math.min(left, contents.basicConstraints?.pathLength ?? Infinity),
  };
}

/** Whether an authority that the tip has signed may vouch for others; the first rule it breaks, or undefined. */
export function refusalOfAuthority(authority: Certificate, { tip, room }: Branch, now: number) {
  return judge(authority, tip, now, (contents) => {
    const problem = mayVouch(contents);
    if (problem !== undefined) return constraint(authority, problem);
    if (room > 0 || isSelfIssued(contents)) return undefined;
    return constraint(authority, 'stands below an authority whose pathLenConstraint allows no further one');
  });
}

/** Whether a signer that the tip has signed may sign tokens; the first rule it breaks, or undefined. */
export function refusalOfSigner(
  signer: Certificate,
  { tip }: Branch,
  now: number,
  extendedKeyUsage: readonly string[] | null,
) {
  return judge(signer, tip, now, (contents) => {
    const problem = authorityAsSigner(contents) ?? usageProblem(contents, extendedKeyUsage);
    return problem && usage(signer, problem);
  });
}

/** The rules of RFC 5280 6.1.3 for every certificate of a path, then those of its place in it. */
function judge(
  certificate: Certificate,
  issuer: Certificate,
  now: number,
  ofItsPlace: (contents: Contents) => VerificationError | undefined,
): VerificationError | undefined {
  const refusal = outsideValidity(certificate, now);
  if (refusal !== undefined) return refusal;
  const { key } = certificate;
  if (key.type === 'unacceptable') return weakKey(certificate, key.found);
  try {
    const contents = contentsOf(certificate);
    const problem = chained(contents, issuer) ?? firstProblem(contents, [extensionsUnderstood, strongHash]);
    return problem === undefined ? ofItsPlace(contents) : constraint(certificate, problem);
  } catch (error) {
    if (error instanceof CertificateFormatError) return constraint(certificate, error.message);
    throw error;
  }
}

/** RFC 5280 6.1.3 (a)(4), byte by byte as 4.1.2.4 asks: names that merely print alike are not the same. */
function chained({ issuerName }: Contents, issuer: Certificate): string | undefined {
  return issuerName === contentsOf(issuer).subjectName ? undefined : 'names its issuer in another encoding';
}

const isSelfIssued = ({ subjectName, issuerName }: Contents): boolean => subjectName === issuerName;
