import { KEY_USAGE, type Contents } from './contents';
import { asciiText } from './refusals';

/** Why a certificate may not sign tokens, for the caller. */
export interface UsageProblem {
  readonly reason: string;
  readonly found: string;
  readonly expected: string;
}

const SIGNING = KEY_USAGE.digitalSignature | KEY_USAGE.nonRepudiation;

/** An authority signs certificates, not tokens: else every authority above a trusted one could speak for its members. */
export function authorityAsSigner({ basicConstraints }: Contents): UsageProblem | undefined {
  if (basicConstraints?.ca !== true) return undefined;
  return {
    reason: 'it is a certification authority',
    found: 'basicConstraints CA true',
    expected: 'the certificate of a signer',
  };
}

/** RFC 5280 4.2.1.3 and 4.2.1.12: a usage that is declared must allow signing, and be one of those asked for. */
export function usageProblem(
  { keyUsage, extendedKeyUsage }: Contents,
  accepted: readonly string[] | null,
): UsageProblem | undefined {
  if (keyUsage !== undefined && (keyUsage & SIGNING) === 0) {
    const expected = 'keyUsage digitalSignature or nonRepudiation';
    return { reason: `it lacks ${expected}`, found: `keyUsage bits ${asciiText(keyUsage.toString(2))}`, expected };
  }
  if (accepted === null || extendedKeyUsage === undefined) return undefined;
  if (extendedKeyUsage.some((oid) => accepted.includes(oid))) return undefined;
  return {
    reason: 'its extended key usages are for something else',
    found: `extendedKeyUsage ${asciiText(extendedKeyUsage.slice(0, 5).join(' '))}`,
    expected: `one of ${accepted.join(' ')}`,
  };
}
