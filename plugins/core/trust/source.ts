import type { Certificate } from './certificate';
import { certificatesIn } from './source-contents';
import { WatchedSource } from './watched-source';

/**
 * Reads certificates that somebody trusts, once: PEM text, or the path (absolute, or relative to MODI_HOME, by default
 * the working directory) of a file, PEM, DER or PKCS#12 without password, or of a folder of such files. In their order.
 *
 * @throws ConfigError for an unreadable file, no certificate, anything that is no certificate, and a private key.
 */
export function readTrustSource(value: string, field: string): readonly Certificate[] {
  const read = new WatchedSource(value, field, ({ bytes, origin }) => certificatesIn(bytes, undefined, origin), 0);
  return read.contents.flat();
}
