import { createHash, verify, X509Certificate } from 'node:crypto';
import { contentOf, DerError, elementAt, Reader, TAG, type Element } from '../../revocation';

/** A time stamp that holds: its signature is of the certificate that came with it. */
export interface Timestamp {
  /** Milliseconds since the epoch, by the authority's clock. */
  readonly time: number;
  readonly nonce: bigint | undefined;
  /** The authority's certificate first, then what else came with it. */
  readonly certificates: readonly X509Certificate[];
}

/** The time stamp does not hold, or is none. The message is one clause. */
export class TimestampError extends Error {
  override readonly name = 'TimestampError';
}

const OID = {
  signedData: '06092a864886f70d010702',
  tstInfo: '060b2a864886f70d0109100104',
  messageDigest: '06092a864886f70d010904',
  sha256: '0609608648016503040201',
  sha384: '0609608648016503040202',
  sha512: '0609608648016503040203',
} as const;

const HASHES: Readonly<Record<string, string>> = {
  [OID.sha256]: 'sha256',
  [OID.sha384]: 'sha384',
  [OID.sha512]: 'sha512',
};

/** RFC 3161 2.3: the key signs time stamps and nothing else. */
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';

/** The token in an authority's answer (TimeStampResp, RFC 3161 2.4.2). @throws TimestampError when it has granted none. */
export function tokenIn(response: Buffer): Buffer {
  return read(() => {
    const body = new Reader(response, elementAt(response, 0, response.length));
    const status = new Reader(response, body.next(TAG.sequence)).next(TAG.integer);
    const granted = response.readIntBE(status.content, Math.min(6, status.end - status.content));
    if (granted !== 0 && granted !== 1) throw new TimestampError(`the authority refused (status ${granted})`);
    return sliceOf(response, body.next(TAG.sequence));
  });
}

/**
 * Opens a TimeStampToken (RFC 3161 2.4.2, RFC 5652) over this SHA-256, in hexadecimal. Whether its authority is one to
 * believe is not asked here.
 *
 * @throws TimestampError for anything that does not hold.
 */
export function openTimestamp(token: Buffer, digest: string): Timestamp {
  return read(() => {
    const signed = signedDataOf(token);
    const info = tstInfoOf(signed.content);
    if (info.imprint !== digest) throw new TimestampError('it is over something else');
    const certificate = signerOf(token, signed);
    checkSignature(token, signed, certificate);
    const others = signed.certificates.filter((one) => one !== certificate);
    return { time: info.time, nonce: info.nonce, certificates: [certificate, ...others] };
  });
}

function read<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof TimestampError) throw error;
    if (error instanceof DerError) throw new TimestampError(`it ${error.message}`, { cause: error });
    throw new TimestampError('it holds a certificate or signature that cannot be read', { cause: error });
  }
}

interface SignedData {
  /** The TSTInfo as it was signed. */
  readonly content: Buffer;
  readonly certificates: readonly X509Certificate[];
  readonly signerInfo: Element;
}

const SET = 0x31;
const [CONTEXT_0, CONTEXT_1] = [0xa0, 0xa1];

function signedDataOf(token: Buffer): SignedData {
  const info = new Reader(token, elementAt(token, 0, token.length));
  expectOid(token, info.next(TAG.oid), OID.signedData);
  const data = new Reader(token, new Reader(token, info.next(CONTEXT_0)).next(TAG.sequence));
  data.next(TAG.integer);
  data.next(SET);
  const encapsulated = new Reader(token, data.next(TAG.sequence));
  expectOid(token, encapsulated.next(TAG.oid), OID.tstInfo);
  const octets = new Reader(token, encapsulated.next(CONTEXT_0)).next(TAG.octetString);
  const certificates = data.optional(CONTEXT_0);
  data.optional(CONTEXT_1);
  const signers = new Reader(token, data.next(SET));
  return {
    content: contentOf(token, octets),
    certificates: certificates === undefined ? [] : certificatesIn(token, certificates),
    signerInfo: signers.next(TAG.sequence),
  };
}

function certificatesIn(token: Buffer, set: Element): readonly X509Certificate[] {
  const reader = new Reader(token, set);
  const found: X509Certificate[] = [];
  while (!reader.done) found.push(new X509Certificate(sliceOf(token, reader.next(TAG.sequence))));
  return found;
}

function tstInfoOf(content: Buffer): { imprint: string; time: number; nonce: bigint | undefined } {
  const info = new Reader(content, elementAt(content, 0, content.length));
  info.next(TAG.integer);
  info.next(TAG.oid);
  const imprint = new Reader(content, info.next(TAG.sequence));
  const algorithm = new Reader(content, imprint.next(TAG.sequence));
  expectOid(content, algorithm.next(TAG.oid), OID.sha256);
  const digest = contentOf(content, imprint.next(TAG.octetString)).toString('hex');
  info.next(TAG.integer);
  const time = genTime(contentOf(content, info.next(TAG.generalizedTime)).toString('latin1'));
  info.optional(TAG.sequence);
  info.optional(TAG.boolean);
  const nonce = info.optional(TAG.integer);
  return { imprint: digest, time, nonce: nonce && BigInt(`0x${contentOf(content, nonce).toString('hex')}`) };
}

/** RFC 3161 2.4.2: UTC, with or without a fraction of a second. */
function genTime(text: string): number {
  const [, year, month, day, hour, minute, second, fraction = ''] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z$/.exec(text) ?? [];
  const time = Date.parse(`${year ?? ''}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}Z`);
  if (Number.isNaN(time)) throw new TimestampError('its time is none');
  return time + Math.floor(Number(`0${fraction}`) * 1000);
}

/** RFC 5652 5.3: the certificate with the serial number that the signer names. */
function signerOf(token: Buffer, { certificates, signerInfo }: SignedData): X509Certificate {
  const info = new Reader(token, signerInfo);
  info.next(TAG.integer);
  const id = new Reader(token, info.next(TAG.sequence));
  id.next(TAG.sequence);
  const serial = BigInt(`0x${contentOf(token, id.next(TAG.integer)).toString('hex')}`);
  const certificate = certificates.find(({ serialNumber }) => BigInt(`0x${serialNumber}`) === serial);
  if (certificate === undefined) throw new TimestampError('the certificate of its authority is not in it');
  // Node calls the extended key usages keyUsage; the type says it is there, a certificate without any has none.
  const usages = certificate.keyUsage as readonly string[] | undefined;
  if (usages?.includes(TIME_STAMPING) !== true) throw new TimestampError('its certificate is not for time stamps');
  return certificate;
}

function checkSignature(token: Buffer, { content, signerInfo }: SignedData, { publicKey }: X509Certificate): void {
  const info = new Reader(token, signerInfo);
  info.next(TAG.integer);
  info.next(TAG.sequence);
  const hash = HASHES[sliceOf(token, new Reader(token, info.next(TAG.sequence)).next(TAG.oid)).toString('hex')];
  if (hash === undefined) throw new TimestampError('it is signed with another hash than SHA-2');
  const attributes = info.next(CONTEXT_0);
  info.next(TAG.sequence);
  const signature = contentOf(token, info.next(TAG.octetString));
  const stated = digestIn(token, attributes);
  if (stated === undefined || !createHash(hash).update(content).digest().equals(stated)) {
    throw new TimestampError('its content is not what was signed');
  }
  // RFC 5652 5.4: what is signed has the tag of a SET, not the one it travels with.
  const signed = Buffer.from(sliceOf(token, attributes));
  signed[0] = SET;
  if (!verify(hash, signed, publicKey, signature)) throw new TimestampError('its signature does not hold');
}

function digestIn(token: Buffer, attributes: Element): Buffer | undefined {
  const reader = new Reader(token, attributes);
  while (!reader.done) {
    const attribute = new Reader(token, reader.next(TAG.sequence));
    const type = sliceOf(token, attribute.next(TAG.oid)).toString('hex');
    const values = new Reader(token, attribute.next(SET));
    if (type === OID.messageDigest) return contentOf(token, values.next(TAG.octetString));
  }
  return undefined;
}

const sliceOf = (bytes: Buffer, { start, end }: Element): Buffer => bytes.subarray(start, end);

function expectOid(bytes: Buffer, element: Element, oid: string): void {
  if (sliceOf(bytes, element).toString('hex') !== oid) throw new TimestampError('it is no time stamp of RFC 3161');
}
