import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { SigningError } from './signing-error';

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * The private key in the bytes of a file: PEM (PKCS#8, PKCS#1, SEC1; encrypted with `passphrase`), DER (PKCS#8) or JWK.
 *
 * @throws SigningError KEY_NOT_PRIVATE for a public key or certificate, KEY_UNREADABLE for anything else.
 */
export function readPrivateKey(bytes: Buffer, passphrase?: string): KeyObject {
  const text = bytes.toString('latin1').trimStart();
  if (/^-----BEGIN (CERTIFICATE|PUBLIC KEY|RSA PUBLIC KEY)-----/.test(text)) {
    throw new SigningError('KEY_NOT_PRIVATE', 'the file holds a certificate or a public key, a private key is needed');
  }
  try {
    if (text.startsWith('{')) return readJwk(bytes);
    if (text.includes('-----BEGIN')) {
      return createPrivateKey({ key: bytes, ...(passphrase === undefined ? {} : { passphrase }) });
    }
    return createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8' });
  } catch (cause) {
    if (cause instanceof SigningError) throw cause;
    const encrypted = text.includes('ENCRYPTED') ? '; it is encrypted, is the password right?' : '';
    throw new SigningError('KEY_UNREADABLE', `the file is no private key in PEM, DER (PKCS#8) or JWK${encrypted}`, {
      cause,
    });
  }
}

function readJwk(bytes: Buffer): KeyObject {
  const jwk = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
  if (typeof jwk['d'] !== 'string') {
    throw new SigningError('KEY_NOT_PRIVATE', 'the JWK has no private part "d"');
  }
  return createPrivateKey({ key: jwk, format: 'jwk' });
}

/**
 * The certificates in the bytes of a file, in file order: any number in PEM, or one in DER.
 *
 * @throws SigningError CERTIFICATE_UNREADABLE.
 */
export function readCertificates(bytes: Buffer): readonly X509Certificate[] {
  const blocks: readonly (string | Buffer)[] = bytes.toString('latin1').match(PEM_CERTIFICATE) ?? [bytes];
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch (cause) {
    throw new SigningError('CERTIFICATE_UNREADABLE', 'the file holds no readable certificate in PEM or DER', { cause });
  }
}
