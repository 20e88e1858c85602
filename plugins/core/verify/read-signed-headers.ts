import { VerificationError } from '../errors';
import { kindOf, printable } from './printable';

const HEADER_NAME = /^[a-z0-9!#$%&'*+\-.^_`|~]+$/;
const MAX_ENTRIES = 100;

/**
 * The claim `signed_headers`: an array of objects with one lower-case header name and its string value each.
 * Answers name to values, in the claim's order.
 * @throws VerificationError MODI_SIGNED_HEADERS_MALFORMED
 */
export function readSignedHeaders(claim: unknown): ReadonlyMap<string, readonly string[]> {
  if (!Array.isArray(claim)) throw malformed(`it is ${kindOf(claim)}`);
  if (claim.length === 0) throw malformed('it is empty');
  if (claim.length > MAX_ENTRIES) throw malformed(`it has more than ${MAX_ENTRIES} entries`);
  const signed = new Map<string, string[]>();
  for (const [index, entry] of claim.entries()) {
    const [name, value] = readEntry(entry, index + 1);
    const values = signed.get(name);
    if (values === undefined) signed.set(name, [value]);
    else values.push(value);
  }
  return signed;
}

function readEntry(entry: unknown, position: number): readonly [name: string, value: string] {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    throw malformed(`entry ${position} is ${kindOf(entry)}`);
  }
  const [member, ...more] = Object.entries(entry);
  if (member === undefined) throw malformed(`entry ${position} is empty`);
  if (more.length > 0) throw malformed(`entry ${position} has ${more.length + 1} members`);
  const [name, value] = member as [string, unknown];
  if (!HEADER_NAME.test(name)) throw malformed(`"${printable(name, 40)}" is not a lower-case header name`);
  if (typeof value !== 'string') throw malformed(`${name} is ${kindOf(value)}`);
  return [name, value];
}

const malformed = (reason: string): VerificationError =>
  new VerificationError('MODI_SIGNED_HEADERS_MALFORMED', { reason }, 'INTEGRITY');
