import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigError } from '../schema';
import { CertificateFormatError, parseCertificate, type Certificate } from './certificate';

/** A configured source and what it holds. */
export interface TrustSource {
  /** The field it stands in, e.g. `trust.anchors[1]`. */
  readonly field: string;
  /** How errors call it: its path, or that it is PEM text. Never its contents. */
  readonly origin: string;
  readonly certificates: readonly Certificate[];
}

/** A file of every authority of the European trusted lists stays below 4 MiB. */
const MAX_FILE_SIZE = 8 * 1024 * 1024;

const PEM_BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \1-----/g;
const PEM_BEGIN = /-----BEGIN ([A-Z0-9 ]+)-----/g;

/**
 * Reads one source of trust: PEM text, or the path of a PEM file (absolute, or relative to MODI_HOME, by default the
 * working directory). One or more certificates, in their order; text between them is ignored (RFC 7468 2).
 *
 * @throws ConfigError for an unreadable file, no certificate, anything that is no certificate, and a private key.
 */
export function readTrustSource(value: string, field: string): TrustSource {
  const isInline = value.includes('-----BEGIN');
  const origin = isInline ? 'the PEM text' : `the file "${value}"`;
  const text = isInline ? value : readPemFile(value, field);
  refuseOtherBlocks(text, origin, field);
  const certificates = [...text.matchAll(PEM_BLOCK)].map(([, , base64 = ''], index) =>
    parseNumbered(base64, `certificate ${index + 1} of ${origin}`, field),
  );
  return { field, origin, certificates };
}

function readPemFile(value: string, field: string): string {
  const path = resolve(process.env['MODI_HOME'] ?? '.', value);
  try {
    const stats = statSync(path);
    if (!stats.isFile()) throw new ConfigError(field, `"${value}" is not a file (looked for ${path})`);
    if (stats.size > MAX_FILE_SIZE)
      throw new ConfigError(field, `the file "${value}" has more than ${MAX_FILE_SIZE} bytes`);
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    const problem = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    throw new ConfigError(field, `the file "${value}" ${problem} (looked for ${path})`, { cause: error });
  }
}

function refuseOtherBlocks(text: string, origin: string, field: string): void {
  const labels = [...text.matchAll(PEM_BEGIN)].map(([, label = '']) => label);
  const other = labels.find((label) => label !== 'CERTIFICATE');
  if (other?.includes('PRIVATE KEY') === true) {
    throw new ConfigError(field, `${origin} holds a private key; only certificates belong here`);
  }
  if (other !== undefined) throw new ConfigError(field, `${origin} holds a ${other}; only certificates belong here`);
  if (labels.length === 0) {
    const hint = text.startsWith('\x30') ? ' (is it DER? "openssl x509 -inform der" converts it)' : '';
    throw new ConfigError(field, `${origin} holds no PEM certificate${hint}`);
  }
  const complete = [...text.matchAll(PEM_BLOCK)].length;
  if (complete !== labels.length) {
    throw new ConfigError(field, `${origin} holds a certificate that is cut off (BEGIN without END)`);
  }
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

function parseNumbered(base64: string, name: string, field: string): Certificate {
  const compact = base64.replaceAll(/\s/g, '');
  if (!BASE64.test(compact)) throw new ConfigError(field, `${name} is not base64`);
  try {
    return parseCertificate(Buffer.from(compact, 'base64'));
  } catch (error) {
    if (!(error instanceof CertificateFormatError)) throw error;
    throw new ConfigError(field, `${name} ${error.message}`, { cause: error });
  }
}
