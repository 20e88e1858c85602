import { VerificationError, type AuthorizationScheme } from '../errors';
import { schemeOf } from './check-authorization';
import { proven, tokenOf } from './proven';
import type { Check } from './types';

/**
 * PDND 3.1 row 1: exactly one Authorization header, with the scheme of the e-service's kind of voucher. Where proofs are
 * due, a voucher that comes as a bearer token is refused before anything is computed.
 */
export const checkVoucherHeader: Check = {
  id: 'voucher-header',
  title: { en: 'Authorization header', it: 'intestazione Authorization' },
  token: 'VOUCHER',
  run(verification) {
    const { schemes } = proven(verification.policy.pdnd, 'the policy of vouchers');
    const values = verification.headers.get('authorization') ?? [];
    const [value] = values;
    if (value === undefined) throw new VerificationError('MODI_AUTHORIZATION_MISSING');
    if (values.length > 1) throw new VerificationError('MODI_AUTHORIZATION_DUPLICATE', { count: values.length });
    const { scheme, text } = credentials(value);
    if (scheme === undefined || text === undefined || !schemes.includes(scheme)) {
      if (scheme === 'Bearer' && text !== undefined) throw new VerificationError('MODI_DPOP_REQUIRED', {}, 'VOUCHER');
      const found = scheme ?? schemeOf(value);
      throw new VerificationError('MODI_VOUCHER_SCHEME', { found, expected: schemes.join(' or ') });
    }
    verification.scheme = scheme;
    verification.tokens.VOUCHER = { kind: 'VOUCHER', text };
  },
  proved: (verification) =>
    `one header, ${proven(verification.scheme, 'scheme')}, ${tokenOf(verification, 'VOUCHER').text.length} bytes`,
};

interface Credentials {
  readonly scheme: AuthorizationScheme | undefined;
  readonly text: string | undefined;
}

/** The scheme's case does not matter (RFC 9110 11.1); exactly one token follows. */
function credentials(value: string): Credentials {
  const space = value.indexOf(' ');
  const scheme = SCHEMES.get(value.slice(0, Math.max(space, 0)).toLowerCase());
  const text = value.slice(space + 1).trim();
  return { scheme, text: text === '' || text.includes(' ') ? undefined : text };
}

const SCHEMES: ReadonlyMap<string, AuthorizationScheme> = new Map([
  ['bearer', 'Bearer'],
  ['dpop', 'DPoP'],
]);
