import { VerificationError, type TokenKind } from '../errors';
import type { Signer } from '../trust';
import { proven, tokenOf } from './proven';
import type { Check, KeyReference, SignerDirectory } from './types';

/** Pipeline 2.2 row 7: the certificate is valid by the trust: a path to an anchor, or a pin; dates, usage, strength. */
export const checkCertificate = (kind: TokenKind): Check => ({
  id: 'certificate',
  title: { en: 'certificate', it: 'certificato' },
  token: kind,
  prepare({ now, policy, tokens }) {
    const { reference, signer } = tokens[kind] ?? {};
    return signer === undefined && reference !== undefined ? policy.signers.prepare?.(reference, now) : undefined;
  },
  run(verification) {
    const token = tokenOf(verification, kind);
    if (token.signer !== undefined) return;
    const reference = proven(token.reference, 'key reference');
    const jose = proven(token.jose, 'JOSE header');
    const signer = ofKind(kind, () => resolve(verification.policy.signers, reference, verification.now));
    if (signer.algorithm !== undefined && signer.algorithm !== jose.alg) {
      throw new VerificationError(
        'MODI_ALG_KEY_MISMATCH',
        { found: jose.alg, key: `for ${signer.algorithm} only` },
        kind,
      );
    }
    token.signer = signer;
    // What was looked up by kid or x5u may be another key in a moment, under the same header.
    if (reference.kid !== undefined || reference.url !== undefined) return;
    verification.policy.signerCache.keep(proven(token.parts, 'form').header, { jose, signer });
  },
  proved: (verification) => {
    const { certificate, path, trustedBy, notAfter } = proven(tokenOf(verification, kind).signer, 'certificate');
    if (path.length === 0) return `${certificate.subject} (${trustedBy}), thumbprint ${certificate.thumbprint}`;
    const until = new Date(notAfter * 1000).toISOString();
    return `${path.map(({ subject }) => subject).join(' <- ')} (${trustedBy}), valid until ${until}`;
  },
});

function resolve(signers: SignerDirectory, { x5c, thumbprint, kid, url }: KeyReference, now: number): Signer {
  if (url !== undefined) return proven(signers.byUrl, 'trust by x5u')({ url, x5c, thumbprint }, now);
  if (kid !== undefined) return proven(signers.byKid, 'trust by kid')(kid, now);
  return x5c === undefined ? signers.byThumbprint(proven(thumbprint, 'x5t#S256'), now) : signers.byChain(x5c, now);
}

/** The trust knows nothing of tokens: its refusals get the token they were found in. */
function ofKind(kind: TokenKind, resolveSigner: () => Signer): Signer {
  try {
    return resolveSigner();
  } catch (error) {
    if (error instanceof VerificationError)
      throw new VerificationError(error.code, error.params, kind, { cause: error });
    throw error;
  }
}
