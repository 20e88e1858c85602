import { Reader, TAG } from './der';

/** The serial number of a certificate that has been read before, as lists are asked for it (RFC 5280 4.1). */
export function serialOf(certificate: Buffer): Buffer {
  const whole = new Reader(certificate, { content: 0, end: certificate.length });
  const outer = new Reader(certificate, whole.next(TAG.sequence));
  const tbs = new Reader(certificate, outer.next(TAG.sequence));
  tbs.optional(0xa0);
  const { content, end } = tbs.next(TAG.integer);
  let from = content;
  while (from < end - 1 && certificate[from] === 0) from += 1;
  return Buffer.from(certificate.subarray(from, end));
}
