import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { ContainerError, readContainer } from '../pki';
import { SigningError } from '../sign';

/** The contents of a PKCS#12 container (RFC 7292), certificates in no particular order. */
export interface Container {
  readonly key: KeyObject;
  readonly certificates: readonly X509Certificate[];
}

/**
 * Opens the container of a signing key.
 *
 * @throws SigningError KEY_UNREADABLE for a wrong password or another file, KEY_NOT_PRIVATE unless exactly one key is inside.
 */
export function openPkcs12(bytes: Buffer, password: string | undefined): Container {
  const { keys, certificates } = contentsOf(bytes, password);
  const [first] = keys;
  if (first === undefined || keys.length > 1) {
    throw new SigningError('KEY_NOT_PRIVATE', `the container holds ${keys.length} private keys, exactly one is needed`);
  }
  try {
    return {
      key: createPrivateKey({ key: first, format: 'der', type: 'pkcs8' }),
      certificates: certificates.map((der) => new X509Certificate(der)),
    };
  } catch (cause) {
    throw new SigningError('KEY_UNREADABLE', 'the container holds a key or a certificate that cannot be read', {
      cause,
    });
  }
}

function contentsOf(bytes: Buffer, password: string | undefined) {
  try {
    return readContainer(bytes, password);
  } catch (cause) {
    if (!(cause instanceof ContainerError)) throw cause;
    throw new SigningError('KEY_UNREADABLE', `the file ${cause.message}`, { cause });
  }
}
