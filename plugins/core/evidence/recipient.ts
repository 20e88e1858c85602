import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigError } from '../schema';

/** Whom evidence is encrypted to: only the holder of the private key can read it again. */
export interface Recipient {
  /** What two recipients of one key have in common. */
  readonly id: string;
  /** JWE in compact form (RFC 7516). */
  encrypt(text: string): Promise<string>;
}

const MAX_FILE_SIZE = 64 * 1024;
const MIN_RSA_BITS = 2048;
const CURVES = ['prime256v1', 'secp384r1', 'secp521r1'];

/**
 * Reads a public key: PEM (a public key or a certificate) or JWK, as text or as the path of a file (absolute, or relative
 * to MODI_HOME). RSA is used as RSA-OAEP-256, EC and X25519 as ECDH-ES; the content is encrypted with A256GCM.
 *
 * @throws ConfigError naming the field, also for a private key: the gateway must not be able to read what it wrote.
 */
export function readRecipient(value: string, field: string): Recipient {
  const key = readKey(textOf(value, field), field);
  const alg = algorithmOf(key, field);
  return {
    id: key.export({ type: 'spki', format: 'der' }).toString('base64url'),
    encrypt: async (text) => {
      // An ES module: loaded when the first line is encrypted, not when the plugin is described.
      const { CompactEncrypt, calculateJwkThumbprint } = await import('jose');
      const kid = await calculateJwkThumbprint(key);
      return new CompactEncrypt(Buffer.from(text, 'utf8'))
        .setProtectedHeader({ alg, enc: 'A256GCM', kid })
        .encrypt(key);
    },
  };
}

function textOf(value: string, field: string): string {
  if (value.includes('-----BEGIN') || value.trimStart().startsWith('{')) return value;
  const path = resolve(process.env['MODI_HOME'] ?? '.', value);
  try {
    if (statSync(path).size > MAX_FILE_SIZE) {
      throw new ConfigError(field, `the file "${value}" has more than ${MAX_FILE_SIZE} bytes`);
    }
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    const problem = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    throw new ConfigError(field, `the file "${value}" ${problem} (looked for ${path})`, { cause: error });
  }
}

function readKey(text: string, field: string): KeyObject {
  const isJwk = text.trimStart().startsWith('{');
  if (/PRIVATE KEY-----/.test(text) || (isJwk && /"d"\s*:/.test(text))) {
    throw new ConfigError(
      field,
      'is a private key; give the public one, and keep the private one away from the gateway',
    );
  }
  try {
    return isJwk
      ? createPublicKey({ key: JSON.parse(text) as JsonWebKey, format: 'jwk' })
      : createPublicKey({ key: text, format: 'pem' });
  } catch (error) {
    throw new ConfigError(field, 'is neither PEM of a public key or certificate nor a JWK', { cause: error });
  }
}

function algorithmOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject, field: string): string {
  if (type === 'x25519') return 'ECDH-ES';
  if (type === 'ec' && CURVES.includes(details?.namedCurve ?? '')) return 'ECDH-ES';
  if (type === 'rsa' && (details?.modulusLength ?? 0) >= MIN_RSA_BITS) return 'RSA-OAEP-256';
  throw new ConfigError(
    field,
    `is no RSA key of ${MIN_RSA_BITS} bits or more, no key on P-256, P-384 or P-521, no X25519 key`,
  );
}
