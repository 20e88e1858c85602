import type { ReplayEntry } from '../replay';
import { proven } from './proven';
import type { TokenState, Verification } from './types';

/**
 * What must not come twice: one entry per token with a jti, keyed by token kind, issuer and jti. A token without
 * iss is keyed by its signer. Only to be claimed once every other check has passed.
 */
export function replayEntries({ tokens }: Verification): readonly ReplayEntry[] {
  return Object.values(tokens).flatMap((token) => {
    const { iat, exp, jti, iss } = proven(token.claims, 'claims');
    return jti === undefined ? [] : [{ key: keyOf(token, iss, jti), iat, exp, kind: token.kind }];
  });
}

function keyOf({ kind, signer }: TokenState, iss: string | undefined, jti: string): string {
  const issuer = iss === undefined ? `x5t:${proven(signer, 'certificate').certificate.thumbprint}` : `iss:${iss}`;
  // Lengths in front keep (kind, issuer, jti) apart whatever they contain.
  return `${kind}:${issuer.length}:${issuer}:${jti}`;
}
