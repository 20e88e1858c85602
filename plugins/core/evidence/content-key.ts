import {
  constants,
  createDecipheriv,
  createHash,
  createPublicKey,
  diffieHellman,
  privateDecrypt,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';

/** What a line was encrypted with, and what it says. */
export interface OpenedContent {
  /** The key of this one line: whoever has it can read this line, and no other. 32 bytes. */
  readonly key: Buffer;
  readonly clear: Buffer;
}

/**
 * Decrypts the JWE of a line and tells its content encryption key, so that one line can be shown to somebody without
 * the private key that opens all of them. Takes what `readRecipient` makes: RSA-OAEP-256 or ECDH-ES, with A256GCM.
 *
 * @throws Error when the JWE is another, or for somebody else.
 */
export function openContent(jwe: string, recipient: KeyObject): OpenedContent {
  const [header = '', encryptedKey = '', iv = '', ciphertext = '', tag = ''] = jwe.split('.');
  const { alg, enc, epk } = JSON.parse(decoded(header).toString('utf8')) as Record<string, unknown>;
  if (enc !== 'A256GCM') throw new Error('the line is encrypted with another cipher than A256GCM');
  const key =
    alg === 'ECDH-ES' ? agreedKey(epk as JsonWebKey, recipient) : unwrappedKey(decoded(encryptedKey), recipient);
  const decipher = createDecipheriv('aes-256-gcm', key, decoded(iv));
  decipher.setAAD(Buffer.from(header, 'latin1')).setAuthTag(decoded(tag));
  return { key, clear: Buffer.concat([decipher.update(decoded(ciphertext)), decipher.final()]) };
}

const decoded = (part: string): Buffer => Buffer.from(part, 'base64url');

const unwrappedKey = (encryptedKey: Buffer, recipient: KeyObject): Buffer =>
  privateDecrypt({ key: recipient, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }, encryptedKey);

/** RFC 7518 4.6.2: one round of Concat KDF, for no party in particular. */
function agreedKey(epk: JsonWebKey, privateKey: KeyObject): Buffer {
  const secret = diffieHellman({ privateKey, publicKey: createPublicKey({ key: epk, format: 'jwk' }) });
  const name = Buffer.from('A256GCM', 'latin1');
  return createHash('sha256')
    .update(Buffer.concat([uint32(1), secret, uint32(name.length), name, uint32(0), uint32(0), uint32(256)]))
    .digest();
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
