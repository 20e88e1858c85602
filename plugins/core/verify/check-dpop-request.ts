import { VerificationError } from '../errors';
import { printable } from './printable';
import { proven, tokenOf } from './proven';
import { normalisedPath, normalisedUri } from './public-url';
import type { Check, Policy } from './types';

/**
 * RFC 9449 4.3 (8), (9): the proof was made for this method, exactly, and for this URI as the caller knows it: one of the
 * public addresses of the service, never the one inside. Query and fragment do not count.
 */
export const checkDpopRequest: Check = {
  id: 'dpop-request',
  title: { en: 'method and URI', it: 'metodo e URI' },
  token: 'DPOP',
  run(verification) {
    const { htm, htu } = proven(tokenOf(verification, 'DPOP').claims, 'claims').raw;
    const { method, target } = proven(verification.request, 'the request line');
    if (htm !== method) {
      throw new VerificationError('MODI_DPOP_METHOD', { found: printable(htm, 16), expected: method }, 'DPOP');
    }
    const expected = publicUris(verification.policy, target);
    const found = normalisedUri(String(htu));
    if (found !== undefined && expected.includes(found)) return;
    throw new VerificationError(
      'MODI_DPOP_URI',
      { found: printable(htu, 200), expected: printable(expected.join(', '), 400) },
      'DPOP',
    );
  },
  proved: (verification) => {
    const { htm, htu } = proven(tokenOf(verification, 'DPOP').claims, 'claims').raw;
    return `${String(htm)} ${printable(htu, 200)}`;
  },
};

function publicUris({ pdnd }: Policy, target: string): readonly string[] {
  const { dpop } = proven(pdnd, 'the policy of vouchers');
  const path = normalisedPath(target);
  return path === undefined ? [] : dpop.publicBases.map((base) => base + path);
}
