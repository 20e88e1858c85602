import { decodeBase64Url, decodeJsonPart, splitCompact, type JsonObject } from '../../core/token';
import type { Bundle } from './bundle';

/** A token whose signature was kept, as openssl takes it. */
export interface WholeToken {
  readonly header: JsonObject;
  readonly signingInput: string;
  /** ECDSA: ECDSA-Sig-Value in DER (RFC 3279 2.2.3). RSA: as it is. */
  readonly signature: Buffer;
}

/** Takes a compact JWS apart; undefined when it has not three parts, or its header cannot be read. */
export function wholeToken(text: string): WholeToken | undefined {
  const parts = splitCompact(text);
  if (typeof parts === 'string') return undefined;
  const header = decodeJsonPart(parts.header, 'header');
  const signature = decodeBase64Url(parts.signature);
  if (typeof header === 'string' || signature === undefined) return undefined;
  const isEcdsa = String(header['alg']).startsWith('ES');
  return {
    header,
    signingInput: `${parts.header}.${parts.payload}`,
    signature: isEcdsa ? ecdsaDer(signature) : signature,
  };
}

/** What a token says, to be read: its first two parts, decoded. */
export function putClaims(bundle: Bundle, folder: string, token: string): void {
  const [header = '', payload = ''] = token.split('.');
  bundle.put(`${folder}/header.json`, Buffer.from(header, 'base64url'));
  bundle.put(`${folder}/payload.json`, Buffer.from(payload, 'base64url'));
}

/** The two files that `openssl dgst -verify` takes. */
export function putSignature(bundle: Bundle, folder: string, { signingInput, signature }: WholeToken): void {
  bundle.put(`${folder}/signing-input.txt`, signingInput);
  bundle.put(`${folder}/signature.bin`, signature);
}

/** RFC 7518 3.4 has the two numbers one behind the other, each as long as the curve's order. */
function ecdsaDer(signature: Buffer): Buffer {
  const half = signature.length / 2;
  const numbers = Buffer.concat([derNumber(signature.subarray(0, half)), derNumber(signature.subarray(half))]);
  // P-521 alone needs the long form of a length.
  const length = numbers.length < 0x80 ? [numbers.length] : [0x81, numbers.length];
  return Buffer.concat([Buffer.of(0x30, ...length), numbers]);
}

/** A positive INTEGER in as few octets as can be. */
function derNumber(octets: Buffer): Buffer {
  const first = octets.findIndex((octet) => octet !== 0);
  const trimmed = first === -1 ? Buffer.of(0) : octets.subarray(first);
  const content = (trimmed[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), trimmed]) : trimmed;
  return Buffer.concat([Buffer.of(0x02, content.length), content]);
}
