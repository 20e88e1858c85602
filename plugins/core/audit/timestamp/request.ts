/** What is sent to an authority and what must come back of it. */
export interface TimestampRequest {
  readonly der: Buffer;
  readonly nonce: bigint;
}

/** AlgorithmIdentifier of SHA-256 (RFC 5754 2.2), parameters NULL. */
const SHA256 = Buffer.from('300d06096086480165030402010500', 'hex');

/** TimeStampReq (RFC 3161 2.4.1) over a SHA-256 in hexadecimal; the answer shall bring the authority's certificate. */
export function timestampRequest(digest: string, nonce: bigint): TimestampRequest {
  const imprint = sequence(SHA256, element(0x04, Buffer.from(digest, 'hex')));
  const version = Buffer.from('020101', 'hex');
  const certReq = Buffer.from('0101ff', 'hex');
  return { der: sequence(version, imprint, integer(nonce), certReq), nonce };
}

const sequence = (...parts: readonly Buffer[]): Buffer => element(0x30, Buffer.concat(parts));

/** A request stays below 128 bytes, so that every length is one octet. */
const element = (tag: number, content: Buffer): Buffer => Buffer.concat([Buffer.of(tag, content.length), content]);

/** A positive number: a first bit that is set would make it negative. */
function integer(value: bigint): Buffer {
  const hex = value.toString(16);
  const octets = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return element(0x02, (octets[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), octets]) : octets);
}
