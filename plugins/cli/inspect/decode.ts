import { X509Certificate } from 'node:crypto';
import { decodeBase64Url, decodeJsonPart, splitCompact, type JsonObject } from '../../core/token';

/** What a token says, believed by nobody yet. Parts that cannot be read are undefined and named in `problems`. */
export interface DecodedToken {
  readonly bytes: number;
  readonly header: JsonObject | undefined;
  readonly claims: JsonObject | undefined;
  readonly signatureBytes: number | undefined;
  /** The certificates of x5c, in token order. */
  readonly certificates: readonly X509Certificate[];
  readonly problems: readonly string[];
}

const TOKEN_HEADER = /^(?:authorization|agid-jwt-signature|agid-jwt-trackingevidence)[ \t]*:/im;
const NEXT_HEADER = /\r?\n[!-9;-~]+[ \t]*:[\s\S]*$/;

/**
 * A token as people paste it: alone, with "Bearer" in front, with line breaks and spaces inside, or among the header
 * lines of a request, where the first token is taken.
 */
export function tokenFromPaste(text: string): string {
  const found = TOKEN_HEADER.exec(text);
  const value = found === null ? text : text.slice(found.index + found[0].length).replace(NEXT_HEADER, '');
  return value
    .trim()
    .replace(/^bearer\s+/i, '')
    .replaceAll(/\s+/g, '');
}

/** Decodes what can be decoded (RFC 7515 7.1), and verifies nothing. */
export function decodeToken(token: string): DecodedToken {
  const parts = splitCompact(token);
  const nothing = { header: undefined, claims: undefined, signatureBytes: undefined, certificates: [] };
  // An unsigned token is decoded too: it is what people most need to look at.
  const [header = '', payload = '', signature = '', ...more] = token.split('.');
  if (more.length > 0 || payload === '') {
    return { bytes: token.length, ...nothing, problems: [typeof parts === 'string' ? parts : 'no payload'] };
  }
  const problems: string[] = typeof parts === 'string' ? [parts] : [];
  const read = (part: string, name: 'header' | 'payload'): JsonObject | undefined => {
    const value = decodeJsonPart(part, name);
    if (typeof value !== 'string') return value;
    problems.push(value);
    return undefined;
  };
  const jose = read(header, 'header');
  const claims = read(payload, 'payload');
  const signatureBytes = decodeBase64Url(signature)?.length;
  if (signatureBytes === undefined) problems.push('the signature is not base64url');
  const certificates = certificatesOf(jose, problems);
  return { bytes: token.length, header: jose, claims, signatureBytes, certificates, problems };
}

function certificatesOf(header: JsonObject | undefined, problems: string[]): readonly X509Certificate[] {
  const x5c = header?.['x5c'];
  if (x5c === undefined) return [];
  if (!Array.isArray(x5c)) {
    problems.push('x5c is no array');
    return [];
  }
  return x5c.flatMap((entry: unknown, index) => {
    try {
      return [new X509Certificate(Buffer.from(String(entry), 'base64'))];
    } catch {
      // OpenSSL's own words say nothing to the reader; which entry it was does.
      problems.push(`x5c[${index}] is no certificate in base64 DER`);
      return [];
    }
  });
}
