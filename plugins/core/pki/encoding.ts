/** DER as PEM text: lines of 64 characters, closed by a line feed (RFC 7468). */
export function toPem(label: 'CERTIFICATE' | 'X509 CRL', der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/** A non-negative number as the DER of an INTEGER. */
export function derInteger(value: number): Buffer {
  const hex = value.toString(16);
  const octets = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  // A leading one bit would make it negative.
  const content = (octets[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.of(0), octets]) : octets;
  return Buffer.concat([Buffer.of(0x02, content.length), content]);
}

/** RFC 5280 4.1.2.5: the times of certificates and lists carry no fractions of a second. */
export const wholeSecond = (date: Date): Date => new Date(Math.floor(date.getTime() / 1000) * 1000);
