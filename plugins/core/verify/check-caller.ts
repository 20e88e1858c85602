import { PolicyError } from '../errors';
import { printable } from './printable';
import { authorizationOf, proven } from './proven';
import { namingClaims } from './naming-claims';
import type { Check } from './types';

/**
 * Trust 55 section 4: of all whose certificates are trusted, the route serves those on its list, and a claim that names
 * the sender must be the one that belongs to the certificate. Nothing of the list is told to those who are not on it.
 */
export const checkCaller: Check = {
  id: 'caller',
  title: { en: 'caller admitted', it: 'chiamante ammesso' },
  run(verification) {
    const { callers, bindings } = verification.policy.party;
    if (callers === undefined && bindings === undefined) return;
    const token = authorizationOf(verification);
    const claims = namingClaims(proven(token.claims, 'claims'));
    const certificate = token.signer?.certificate;
    const unbound = bindings?.(certificate, claims);
    if (unbound !== undefined) throw foreign(unbound, claims[unbound]);
    const found = callers?.(certificate, claims);
    if (found?.verdict === 'stranger') {
      const params = { found: printable(certificate?.subject ?? claims.client_id ?? 'no certificate', 200) };
      throw new PolicyError('MODI_CALLER_NOT_ALLOWED', params, 'ID_AUTH');
    }
    if (found?.verdict === 'claim') throw foreign(found.claim, claims[found.claim]);
    if (found !== undefined) verification.caller = found.caller;
  },
  proved: ({ caller, policy }) => {
    if (policy.party.callers === undefined) {
      return policy.party.bindings === undefined ? 'every trusted certificate is' : 'claims and certificate agree';
    }
    return caller?.name ?? 'on the list';
  },
};

const foreign = (claim: string, value: string | undefined): PolicyError =>
  new PolicyError('MODI_CALLER_MISMATCH', { claim, found: printable(value ?? 'absent') }, 'ID_AUTH');
