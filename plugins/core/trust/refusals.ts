import { VerificationError } from '../errors';
import type { Certificate } from './certificate';
import type { UsageProblem } from './signer-usage';

/** No refusal repeats more of a certificate's name than this: names are the caller's text. */
const MAX_NAME = 100;

/** A certificate's subject for error texts: printable ASCII, bounded; its serial number when it has no name. */
export const nameOf = ({ subject, serial }: Certificate): string =>
  asciiText(subject === '' ? `serial number ${serial}` : subject);

export function asciiText(text: string): string {
  const printable = text.replaceAll(/[^\x20-\x7e]/g, '?');
  return printable.length > MAX_NAME ? `${printable.slice(0, MAX_NAME)}...` : printable;
}

/** RFC 3339 in whole seconds. */
export const isoTime = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');

export const untrusted = (reason: string): VerificationError =>
  new VerificationError('MODI_CERTIFICATE_UNTRUSTED', { reason });

/** `problem` goes on after the certificate's name. */
export const constraint = (certificate: Certificate, problem: string): VerificationError =>
  new VerificationError('MODI_CERTIFICATE_CONSTRAINT', {
    subject: nameOf(certificate),
    reason: `${nameOf(certificate)} ${problem}`,
  });

export const usage = (certificate: Certificate, problem: UsageProblem): VerificationError =>
  new VerificationError('MODI_CERTIFICATE_USAGE', { subject: nameOf(certificate), ...problem });

export const weakKey = (certificate: Certificate, found: string): VerificationError =>
  new VerificationError('MODI_CERTIFICATE_WEAK_KEY', { subject: nameOf(certificate), found });

/** Undefined while the certificate is valid; both ends belong to the validity (RFC 5280 4.1.2.5). */
export function outsideValidity(certificate: Certificate, now: number): VerificationError | undefined {
  const { notBefore, notAfter } = certificate;
  if (now >= notBefore && now <= notAfter) return undefined;
  const [code, limit] =
    now < notBefore
      ? (['MODI_CERTIFICATE_NOT_YET_VALID', notBefore] as const)
      : (['MODI_CERTIFICATE_EXPIRED', notAfter] as const);
  return new VerificationError(code, {
    subject: nameOf(certificate),
    found: isoTime(limit),
    expected: `valid at ${isoTime(now)}`,
  });
}
