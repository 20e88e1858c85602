import { sign, type KeyObject } from 'node:crypto';

/** One DER element. */
export function element(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.of(tag), lengthOf(content.length), content]);
}

export const sequence = (...contents: readonly Buffer[]): Buffer => element(0x30, ...contents);

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const octets = Buffer.from(length.toString(16).padStart(length > 0xff ? 4 : 2, '0'), 'hex');
  return Buffer.concat([Buffer.of(0x80 | octets.length), octets]);
}

/** The elements inside a constructed element. */
export function childrenOf(der: Buffer): Buffer[] {
  const children: Buffer[] = [];
  for (let rest = der.subarray(headerOf(der)); rest.length > 0;) {
    const size = sizeOf(rest);
    children.push(rest.subarray(0, size));
    rest = rest.subarray(size);
  }
  return children;
}

function headerOf(der: Buffer): number {
  const first = der[1] ?? 0;
  return first < 0x80 ? 2 : 2 + (first & 0x7f);
}

function sizeOf(der: Buffer): number {
  const header = headerOf(der);
  return header + (header === 2 ? (der[1] ?? 0) : der.readUIntBE(2, header - 2));
}

/**
 * The certificate with its signed part changed, and signed again by `key` (SHA-256): what no library issues.
 * `change` gets the elements of the TBSCertificate.
 */
export const resigned = (certificate: Buffer, key: KeyObject, change: (tbs: Buffer[]) => Buffer[]): Buffer =>
  resignedAs(certificate, key, (tbs) => sequence(...change(childrenOf(tbs))));

/** As `resigned`, for what is no sequence of elements any more: `change` gets the whole TBSCertificate. */
export function resignedAs(certificate: Buffer, key: KeyObject, change: (tbs: Buffer) => Buffer): Buffer {
  const [tbs, algorithm] = childrenOf(certificate) as [Buffer, Buffer];
  const changed = change(tbs);
  return sequence(changed, algorithm, element(0x03, Buffer.of(0), sign('sha256', changed, key)));
}

/** nameConstraints that permit one DNS subtree (RFC 5280 4.2.1.10). */
export const NAME_CONSTRAINTS = sequence(element(0xa0, sequence(element(0x82, Buffer.from('ente.example', 'latin1')))));
