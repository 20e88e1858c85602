import { SigningError } from './signing-error';

/** Headers in wire order; a repeated header stands once per value. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** The claim: one object with one lower-case name per value (ModI INTEGRITY_REST_01, SIC 6.2 A4). */
export type SignedHeaders = readonly Readonly<Record<string, string>>[];

/** Signed whenever they are on the wire (ModI INTEGRITY_REST_01, SIC 6.2 A3 and B12). */
const ALWAYS_SIGNED = ['digest', 'content-type', 'content-encoding'] as const;

/**
 * The claim `signed_headers`: digest, content-type and content-encoding where the request has them, then `further` in
 * the order given. Values are trimmed as they reach the receiver (RFC 9110 5.5).
 *
 * @throws SigningError HEADER_MISSING when a header of `further` is not in the request.
 */
export function signedHeaders(headers: HeaderList, further: readonly string[] = []): SignedHeaders {
  const agreed = further.map((name) => name.toLowerCase());
  const missing = agreed.find((name) => valuesOf(headers, name).length === 0);
  if (missing !== undefined) {
    throw new SigningError('HEADER_MISSING', `the header ${missing} is to be signed, but the request has none`);
  }
  const names = new Set<string>([...ALWAYS_SIGNED, ...agreed]);
  return [...names].flatMap((name) => valuesOf(headers, name).map((value) => ({ [name]: value })));
}

const valuesOf = (headers: HeaderList, name: string): string[] =>
  headers.filter(([candidate]) => candidate.toLowerCase() === name).map(([, value]) => value.trim());
