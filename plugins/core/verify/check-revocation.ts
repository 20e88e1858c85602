import { VerificationError, type TokenKind } from '../errors';
import type { RevocationOutcome } from '../revocation';
import { proven, tokenOf } from './proven';
import type { Check } from './types';

const PROVED: Readonly<Record<RevocationOutcome, string>> = {
  good: 'no certificate of the path is revoked',
  grace: 'no certificate of the path is revoked, by a list that has ended and still counts (crl_grace)',
  unchecked: 'not known to be revoked; no list or responder speaks about every certificate',
};

/**
 * ModI SIC_API_06: no certificate of the path is revoked. Asked for every token, also when the signer is known from an
 * earlier one: a list that was renewed in between counts at once. Lists and
 * responders refuse with MODI_CERTIFICATE_REVOKED, MODI_CERTIFICATE_STATUS_UNKNOWN or MODI_REVOCATION_UNKNOWN.
 */
export const checkRevocation = (kind: TokenKind): Check => ({
  id: 'revocation',
  title: { en: 'revocation', it: 'revoca' },
  token: kind,
  prepare({ now, policy, tokens }) {
    const { signer } = tokens[kind] ?? {};
    return signer === undefined || signer.links.length === 0 ? undefined : policy.revocation?.ask?.(signer.links, now);
  },
  run(verification) {
    const { revocation } = verification.policy;
    if (revocation === undefined) return;
    const token = tokenOf(verification, kind);
    try {
      const { outcome, answers } = revocation.judge(proven(token.signer, 'certificate').links, verification.now);
      token.revocation = outcome;
      token.revocationAnswers = answers;
    } catch (error) {
      // The lists know nothing of tokens: their refusals get the token they were found in.
      if (!(error instanceof VerificationError)) throw error;
      throw new VerificationError(error.code, error.params, kind, { cause: error });
    }
  },
  proved: (verification) => {
    const { revocation, signer } = tokenOf(verification, kind);
    if (revocation === undefined) return 'not looked at: neither lists nor responders are configured';
    if (signer?.links.length === 0) return 'nobody issued it who could revoke it';
    return PROVED[revocation];
  },
});
