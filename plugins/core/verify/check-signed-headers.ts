import { VerificationError } from '../errors';
import { sameContentType } from './content-type';
import { proven, tokenOf } from './proven';
import { readSignedHeaders } from './read-signed-headers';
import type { Check, Headers, Policy } from './types';

const SINGLE_VALUED = ['content-type', 'content-encoding'];

/**
 * Pipeline 3.4 row 8, both ways: what the claim lists is on the wire, with the same values as often; and what must
 * be signed and is on the wire is in the claim. Values are compared as bytes, Content-Type by meaning.
 */
export const checkSignedHeaders: Check = {
  id: 'signed-headers',
  title: { en: 'signed headers', it: 'intestazioni firmate' },
  token: 'INTEGRITY',
  run(verification) {
    const { headers, policy } = verification;
    const { raw } = proven(tokenOf(verification, 'INTEGRITY').claims, 'claims');
    const signed = readSignedHeaders(raw['signed_headers']);
    refuseRepeated(headers);
    for (const [name, values] of signed) compare(name, values, headers.get(name));
    for (const name of mustBeSigned(headers, policy)) {
      if (!signed.has(name)) throw new VerificationError('MODI_HEADER_UNSIGNED', { header: name }, 'INTEGRITY');
    }
  },
  proved: (verification) => {
    const { raw } = proven(tokenOf(verification, 'INTEGRITY').claims, 'claims');
    return [...readSignedHeaders(raw['signed_headers']).keys()].join(', ');
  },
};

function refuseRepeated(headers: Headers): void {
  for (const header of SINGLE_VALUED) {
    const count = headers.get(header)?.length ?? 0;
    if (count > 1) throw new VerificationError('MODI_HEADER_DUPLICATE', { header, count });
  }
}

function compare(header: string, signed: readonly string[], sent: readonly string[] | undefined): void {
  if (sent === undefined) throw new VerificationError('MODI_SIGNED_HEADER_MISSING', { header }, 'INTEGRITY');
  if (sent.length !== signed.length) {
    const counts = { header, found: sent.length, expected: signed.length };
    throw new VerificationError('MODI_SIGNED_HEADER_COUNT', counts, 'INTEGRITY');
  }
  const same = signed.every((value, index) => equal(header, bytesOf(value), sent[index] ?? ''));
  if (!same) throw new VerificationError('MODI_SIGNED_HEADER_MISMATCH', { header }, 'INTEGRITY');
}

const equal = (header: string, signed: string, sent: string): boolean =>
  header === 'content-type' ? sameContentType(signed, sent) : signed === sent;

/** The claim is text, the wire is bytes: the text's UTF-8 bytes, one character each. */
const bytesOf = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

function mustBeSigned(headers: Headers, policy: Policy): string[] {
  for (const header of policy.requiredSignedHeaders) {
    if (!headers.has(header)) throw new VerificationError('MODI_REQUIRED_HEADER_MISSING', { header }, 'INTEGRITY');
  }
  const content = policy.requireSignedContentHeaders ? SINGLE_VALUED : [];
  return [...['digest', ...content].filter((name) => headers.has(name)), ...policy.requiredSignedHeaders];
}
