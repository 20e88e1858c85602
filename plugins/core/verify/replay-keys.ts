import type { TokenKind } from '../errors';
import type { ReplayEntry } from '../replay';
import { proven } from './proven';
import type { TokenState, Verification } from './types';

/** Used for many requests until they expire: a voucher by its nature, an audit token together with its voucher. */
const REUSABLE: readonly TokenKind[] = ['VOUCHER', 'AUDIT'];

/**
 * What must not come twice: one entry per token with a jti, keyed by token kind, issuer and jti. A token without
 * iss is keyed by its signer. Only to be claimed once every other check has passed.
 */
export function replayEntries({ tokens }: Verification): readonly ReplayEntry[] {
  return Object.values(tokens).flatMap((token) => {
    if (REUSABLE.includes(token.kind)) return [];
    const { iat, exp, jti, iss } = proven(token.claims, 'claims');
    return jti === undefined ? [] : [{ key: keyOf(token, iss, jti), iat, exp, kind: token.kind }];
  });
}

function keyOf(token: TokenState, iss: string | undefined, jti: string): string {
  const { kind } = token;
  const issuer = iss === undefined ? signerOf(token) : `iss:${iss}`;
  // Lengths in front keep (kind, issuer, jti) apart whatever they contain.
  return `${kind}:${issuer.length}:${issuer}:${jti}`;
}

/** Who signed, where the token does not say: a key of the platform, the key in a proof, or a certificate. */
function signerOf({ kid, signer, thumbprint }: TokenState): string {
  if (kid !== undefined) return `kid:${kid}`;
  if (thumbprint !== undefined) return `jkt:${thumbprint}`;
  return `x5t:${proven(signer, 'certificate').certificate.thumbprint}`;
}
