import { isUtf8 } from 'node:buffer';
import { decodeBase64Url } from './base64url';

/** The three parts of a compact JWS (RFC 7515 7.1), still encoded. */
export interface CompactParts {
  readonly header: string;
  readonly payload: string;
  readonly signature: string;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** What is wrong with a token's form, in the words of the refusal's hint. */
export type FormProblem = string;

/** Cuts a compact JWS. Answers a problem when there are not exactly three non-empty parts. */
export function splitCompact(text: string): CompactParts | FormProblem {
  const first = text.indexOf('.');
  const second = text.indexOf('.', first + 1);
  // Without a first dot there is no second one either.
  if (second === -1) return 'fewer than three parts';
  if (text.includes('.', second + 1)) return 'more than three parts';
  const parts = {
    header: text.slice(0, first),
    payload: text.slice(first + 1, second),
    signature: text.slice(second + 1),
  };
  if (parts.header === '' || parts.payload === '') return 'an empty part';
  if (parts.signature === '') return 'no signature';
  return parts;
}

/** Decodes one part that must be a JSON object in UTF-8. */
export function decodeJsonPart(part: string, name: 'header' | 'payload'): JsonObject | FormProblem {
  const bytes = decodeBase64Url(part);
  if (bytes === undefined) return `the ${name} is not base64url`;
  if (!isUtf8(bytes)) return `the ${name} is not UTF-8`;
  const value = parseJson(bytes.toString('utf8'));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `the ${name} is not a JSON object`;
  return value as JsonObject;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    // Not JSON is an answer here, not an accident: the caller reports it as the problem of that part.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
