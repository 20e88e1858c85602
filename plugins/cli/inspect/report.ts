import type { Language } from '../../core/errors';
import type { JsonObject } from '../../core/token';
import { utcAndRelative } from '../shell/time-text';
import { certificateViews, type CertificateView } from './certificate-view';
import type { DecodedToken } from './decode';

/** A decoded token in rows, for the terminal and for the page alike. */
export interface InspectReport {
  readonly header: readonly Row[];
  readonly claims: readonly Row[];
  readonly certificates: readonly CertificateView[];
}

export type Row = readonly [name: string, value: string];

const TIMES = new Set(['iat', 'exp', 'nbf', 'auth_time']);

export function inspectReport(token: DecodedToken, now: number, language: Language): InspectReport {
  const certificates = certificateViews(token.certificates);
  return {
    header: rowsOf(token.header, (name, value) => (name === 'x5c' ? countOf(value, language) : undefined)),
    claims: rowsOf(token.claims, (name, value) =>
      TIMES.has(name) && typeof value === 'number' ? utcAndRelative(value, now, language) : undefined,
    ),
    certificates,
  };
}

function rowsOf(part: JsonObject | undefined, special: (name: string, value: unknown) => string | undefined): Row[] {
  return Object.entries(part ?? {}).flatMap(([name, value]): Row[] => {
    const text = special(name, value);
    if (text !== undefined) return [[name, text]];
    if (name === 'signed_headers' && Array.isArray(value)) {
      return value.map((entry, index): Row => [index === 0 ? name : '', JSON.stringify(entry)]);
    }
    return [[name, typeof value === 'string' ? value : JSON.stringify(value)]];
  });
}

function countOf(x5c: unknown, language: Language): string {
  if (!Array.isArray(x5c)) return JSON.stringify(x5c);
  const noun = language === 'it' ? ['certificato', 'certificati'] : ['certificate', 'certificates'];
  return `${x5c.length} ${(x5c.length === 1 ? noun[0] : noun[1]) ?? ''}`;
}
