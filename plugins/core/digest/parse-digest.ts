/** The value of a Digest header (RFC 3230 4.3.2) with one of the algorithms of ModI's security annex. */

export type DigestAlgorithm = 'SHA-256' | 'SHA-384' | 'SHA-512';
export type DigestEncoding = 'base64' | 'hex';

export interface ParsedDigest {
  readonly algorithm: DigestAlgorithm;
  readonly encoding: DigestEncoding;
  readonly bytes: Buffer;
}

export interface DigestProblem {
  readonly problem: 'several' | 'malformed' | 'algorithm';
  /** For the hint: how many, what is wrong, or which algorithm. */
  readonly found: string;
}

const DIGEST_BYTES: Readonly<Record<DigestAlgorithm, number>> = { 'SHA-256': 32, 'SHA-384': 48, 'SHA-512': 64 };

const isAlgorithm = (name: string): name is DigestAlgorithm => Object.hasOwn(DIGEST_BYTES, name);

/**
 * Reads one Digest value. The algorithm's case is not looked at; base64 must be canonical and padded, hex is
 * recognised by its length, so that the answer can name the mistake.
 */
export function parseDigest(value: string): ParsedDigest | DigestProblem {
  if (value.includes(',')) return { problem: 'several', found: String(value.split(',').length) };
  const equals = value.indexOf('=');
  if (equals <= 0) return { problem: 'malformed', found: 'no algorithm in front of a first "="' };
  const name = value.slice(0, equals).trim().toUpperCase();
  if (!isAlgorithm(name)) return { problem: 'algorithm', found: printable(name) };
  return decode(name, value.slice(equals + 1).trim());
}

function decode(algorithm: DigestAlgorithm, text: string): ParsedDigest | DigestProblem {
  const size = DIGEST_BYTES[algorithm];
  if (text.length === size * 2 && /^[0-9a-fA-F]+$/.test(text)) {
    return { algorithm, encoding: 'hex', bytes: Buffer.from(text, 'hex') };
  }
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) return { problem: 'malformed', found: 'the value is not padded base64' };
  if (bytes.length !== size) {
    return { problem: 'malformed', found: `${algorithm} has ${size} bytes, the value has ${bytes.length}` };
  }
  return { algorithm, encoding: 'base64', bytes };
}

/** What a stranger wrote, fit to be repeated in an answer. */
const printable = (text: string): string => text.replaceAll(/[^\x21-\x7e]/g, '?').slice(0, 20);
