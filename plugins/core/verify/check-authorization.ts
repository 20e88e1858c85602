import { VerificationError } from '../errors';
import { printable } from './printable';
import { tokenOf } from './proven';
import type { Check } from './types';

/** Pipeline 2.2 row 1: exactly one Authorization header with the Bearer scheme (RFC 6750 2.1). */
export const checkAuthorization: Check = {
  id: 'authorization',
  title: { en: 'Authorization header', it: 'intestazione Authorization' },
  token: 'ID_AUTH',
  run(verification) {
    const values = verification.headers.get('authorization') ?? [];
    const [value] = values;
    if (value === undefined) throw new VerificationError('MODI_AUTHORIZATION_MISSING');
    if (values.length > 1) throw new VerificationError('MODI_AUTHORIZATION_DUPLICATE', { count: values.length });
    const text = bearerToken(value);
    if (text === undefined) {
      throw new VerificationError('MODI_AUTHORIZATION_SCHEME', { found: schemeOf(value), expected: 'Bearer' });
    }
    verification.tokens.ID_AUTH = { kind: 'ID_AUTH', text };
  },
  proved: (verification) => `one header, Bearer, ${tokenOf(verification, 'ID_AUTH').text.length} bytes`,
};

/** The scheme's case does not matter (RFC 9110 11.1); exactly one token follows. */
function bearerToken(value: string): string | undefined {
  if (value.slice(0, 7).toLowerCase() !== 'bearer ') return undefined;
  const token = value.slice(7).trim();
  return token === '' || token.includes(' ') ? undefined : token;
}

/** What to call the scheme of an Authorization header in an answer. A bare token has none, and is not to be repeated. */
export function schemeOf(value: string): string {
  const [word = ''] = value.trim().split(' ');
  return word.length > 12 || word.includes('.') ? 'none' : printable(word);
}
