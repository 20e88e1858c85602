import { KEY_USAGE, type Contents } from './contents';
import { asciiText } from './refusals';

/**
 * What RFC 5280 and ModI ask of one certificate's contents. Each rule names what is wrong as the rest of a sentence
 * that begins with the certificate's name; undefined when nothing is.
 */
export type Rule = (contents: Contents) => string | undefined;

/** RFC 5280 4.2: what is critical and not understood refuses. Name constraints refuse even where not critical. */
export const extensionsUnderstood: Rule = ({ unknownCritical: [oid], nameConstraints }) => {
  if (oid !== undefined) return `has the critical extension ${asciiText(oid)}, which is not understood here`;
  if (nameConstraints) return 'has name constraints, which are not understood here';
  return undefined;
};

const ACCEPTED_HASHES: readonly string[] = ['SHA-256', 'SHA-384', 'SHA-512'];

/** A signature over a broken hash proves nothing; a self-signed certificate's signature need not prove anything. */
export const strongHash: Rule = ({ signatureHash, subjectName, issuerName }) =>
  ACCEPTED_HASHES.includes(signatureHash) || subjectName === issuerName
    ? undefined
    : `is signed with ${signatureHash}; accepted: ${ACCEPTED_HASHES.join(', ')}`;

const EMPTY_NAME = '3000';

/** RFC 5280 6.1.4 (k), (n) and 4.1.2.6: who vouches for others is an authority, may sign certificates, has a name. */
export const mayVouch: Rule = ({ basicConstraints, keyUsage, subjectName }) => {
  if (basicConstraints === undefined) return 'is no certification authority (basicConstraints missing)';
  if (!basicConstraints.ca) return 'is no certification authority (basicConstraints with CA false)';
  if (keyUsage !== undefined && (keyUsage & KEY_USAGE.keyCertSign) === 0) {
    return 'may not sign certificates (keyUsage without keyCertSign)';
  }
  if (subjectName === EMPTY_NAME) return 'is an authority without a name';
  return undefined;
};

/** The first rule that is broken. */
export function firstProblem(contents: Contents, rules: readonly Rule[]): string | undefined {
  for (const rule of rules) {
    const problem = rule(contents);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
