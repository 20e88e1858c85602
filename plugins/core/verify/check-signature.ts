import { verify } from 'node:crypto';
import { VerificationError, type TokenKind } from '../errors';
import { decodeBase64Url } from '../token';
import type { SignerKey } from '../trust';
import { proven, tokenOf } from './proven';
import type { Algorithm, Check, TokenState } from './types';

interface Maths {
  readonly hash: string;
  readonly fits: (key: SignerKey) => boolean;
}

const rsa = (hash: string): Maths => ({ hash, fits: ({ type }) => type === 'RSA' });
const ec = (hash: string, curve: string): Maths => ({ hash, fits: (key) => key.type === 'EC' && key.curve === curve });

/** RFC 7518 3.1: which hash, and which keys an algorithm may be used with. */
const MATHS: Readonly<Record<Algorithm, Maths>> = {
  RS256: rsa('sha256'),
  RS384: rsa('sha384'),
  RS512: rsa('sha512'),
  ES256: ec('sha256', 'P-256'),
  ES384: ec('sha384', 'P-384'),
  ES512: ec('sha512', 'P-521'),
};

/** Pipeline 2.2 row 8, step 11: the signature over header and payload holds under the key established before. */
export const checkSignature = (kind: TokenKind): Check => ({
  id: 'signature',
  title: { en: 'signature', it: 'firma' },
  token: kind,
  run(verification) {
    const token = tokenOf(verification, kind);
    const { alg } = proven(token.jose, 'JOSE header');
    const key = keyOf(token);
    const { hash, fits } = MATHS[alg];
    if (!fits(key)) throw new VerificationError('MODI_ALG_KEY_MISMATCH', { found: alg, key: nameOf(key) }, kind);
    const parts = proven(token.parts, 'form');
    const signature = decodeBase64Url(parts.signature);
    if (signature === undefined) {
      throw new VerificationError('MODI_TOKEN_MALFORMED', { reason: 'the signature is not base64url' }, kind);
    }
    const signed = Buffer.from(token.text.slice(0, token.text.length - parts.signature.length - 1), 'latin1');
    if (!verify(hash, signed, { key: key.key, dsaEncoding: 'ieee-p1363' }, signature)) {
      throw new VerificationError('MODI_SIGNATURE_INVALID', {}, kind);
    }
  },
  proved: (verification) => {
    const token = tokenOf(verification, kind);
    const whose = token.key === undefined ? 'the key of the certificate' : 'the key established';
    return `${proven(token.jose, 'JOSE header').alg} under ${whose}, ${nameOf(keyOf(token))}`;
  },
});

/** Of the certificate, or as the platform or the proof gave it. */
const keyOf = ({ key, signer }: TokenState): SignerKey => key ?? proven(signer, 'certificate').key;

const nameOf = (key: SignerKey): string => (key.type === 'RSA' ? `RSA ${key.bits} bits` : `EC ${key.curve}`);
