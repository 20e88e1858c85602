import type { CertificateLink } from '../types';
import { encodedCertId } from './cert-id';
import { derElement } from './der-writer';

/** id-pkix-ocsp-nonce, 1.3.6.1.5.5.7.48.1.2, as content in hexadecimal. */
export const NONCE_OID = '2b0601050507300102';

/** An OCSP request for one certificate, unsigned (RFC 6960 4.1.1), with a nonce where one is given (RFC 9654). */
export function ocspRequest(link: CertificateLink, nonce: Buffer | undefined): Buffer {
  const list = derElement(0x30, derElement(0x30, encodedCertId(link)));
  const extensions = nonce === undefined ? [] : [derElement(0xa2, derElement(0x30, nonceExtension(nonce)))];
  return derElement(0x30, derElement(0x30, list, ...extensions));
}

const nonceExtension = (nonce: Buffer): Buffer =>
  derElement(0x30, derElement(0x06, Buffer.from(NONCE_OID, 'hex')), derElement(0x04, derElement(0x04, nonce)));
