import { DerError } from '../der';
import { CLOCK_TOLERANCE } from '../held-crl';
import type { CertificateLink } from '../types';
import { denotes, keyHashOf } from './cert-id';
import type { OcspResponse, SingleResponse } from './response';
import type { DelegateReader, ResponderCertificate } from './types';

/** What a response is measured against. Times in seconds. */
export interface ResponseQuestion {
  readonly link: CertificateLink;
  /** Undefined: none was sent. */
  readonly nonce: Buffer | undefined;
  readonly maxAge: number;
  readonly now: number;
  readonly trustedResponders: readonly ResponderCertificate[];
  readonly readDelegate: DelegateReader;
  /** Whether a current list of its issuer says that this certificate is not revoked. */
  readonly isGoodByList: (link: CertificateLink) => boolean;
}

/**
 * What a response says about the certificate that was asked about (RFC 6960 3.2, 4.2.2).
 *
 * @throws DerError for a response that nobody signed who may, to another question, out of its time. The message goes
 * on after "the responder's answer".
 */
export function judgeResponse(response: OcspResponse, question: ResponseQuestion): SingleResponse {
  refuseSigner(response, question);
  const { nonce } = question;
  if (nonce !== undefined && response.nonce?.equals(nonce) !== true) throw new DerError('does not repeat our nonce');
  const about = response.responses.filter(({ certId }) => denotes(certId, question.link));
  // Whoever answers twice is believed the worse.
  const single = about.find(({ status }) => status !== 'good') ?? about[0];
  if (single === undefined) throw new DerError('is about another certificate');
  refuseTimes(single, question);
  return single;
}

function refuseTimes({ thisUpdate, nextUpdate }: SingleResponse, { maxAge, now }: ResponseQuestion): void {
  if (thisUpdate > now + CLOCK_TOLERANCE) throw new DerError('is dated in the future');
  if (nextUpdate !== undefined && nextUpdate < now - CLOCK_TOLERANCE) throw new DerError('has ended');
  if (thisUpdate < now - maxAge - CLOCK_TOLERANCE) throw new DerError(`is older than ${maxAge} s`);
}

/** The issuer itself, somebody configured, or whom the issuer has delegated; nobody else, whatever came along. */
function refuseSigner(response: OcspResponse, question: ResponseQuestion): void {
  const { link, now, trustedResponders } = question;
  if (isNamed(response, link.issuer) && response.isSignedBy(link.issuer.key)) return;
  const inTime = trustedResponders.filter(({ notBefore, notAfter }) => now >= notBefore && now <= notAfter);
  if (inTime.some((one) => isNamed(response, one) && response.isSignedBy(one.key))) return;
  let problem = 'is not signed by the issuer, nor by anybody it has delegated';
  for (const der of response.certificates) {
    const refusal = problemOfDelegate(der, response, question);
    if (refusal === undefined) return;
    problem = refusal;
  }
  throw new DerError(problem);
}

function problemOfDelegate(der: Buffer, response: OcspResponse, question: ResponseQuestion): string | undefined {
  const { link, now, readDelegate, isGoodByList } = question;
  const delegate = readDelegate(der, link.issuer);
  if (typeof delegate === 'string') return `is signed with a certificate that ${delegate}`;
  if (!isNamed(response, delegate)) return 'names another signer than the certificate it brings';
  if (now < delegate.notBefore || now > delegate.notAfter) return 'is signed with a certificate outside its validity';
  if (!response.isSignedBy(delegate.key)) return 'has a signature that does not hold';
  if (delegate.link !== undefined && !isGoodByList(delegate.link)) {
    return 'is signed with a certificate without ocsp-nocheck that no list of its issuer clears';
  }
  return undefined;
}

const isNamed = ({ responder }: OcspResponse, { name, key }: Pick<ResponderCertificate, 'name' | 'key'>): boolean =>
  'name' in responder ? responder.name === name : responder.keyHash.equals(keyHashOf({ key }));
