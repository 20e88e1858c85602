import { VerificationError, type TokenKind } from '../errors';
import { decodeJsonPart } from '../token';
import { printable } from './printable';
import { proven, tokenOf } from './proven';
import type { Algorithm, Check, Policy } from './types';

/**
 * Pipeline 2.2 row 2: typ is JWT (any case), alg is on the list, no crit (RFC 7515 4.1.11). A header text already
 * known to be good, with its signer, is taken from the cache and the next two checks find their work done.
 */
export const checkJose = (kind: TokenKind): Check => ({
  id: 'jose',
  title: { en: 'JOSE header', it: 'header JOSE' },
  token: kind,
  run(verification) {
    const token = tokenOf(verification, kind);
    const { header } = proven(token.parts, 'form');
    const known = verification.policy.signerCache.find(header, verification.now);
    if (known !== undefined) {
      token.jose = known.jose;
      token.signer = known.signer;
      return;
    }
    const raw = decodeJsonPart(header, 'header');
    if (typeof raw === 'string') throw new VerificationError('MODI_TOKEN_MALFORMED', { reason: raw }, kind);
    refuseType(raw['typ'], kind);
    if ('crit' in raw) throw new VerificationError('MODI_TOKEN_CRIT', { found: printable(raw['crit']) }, kind);
    token.jose = { alg: acceptedAlgorithm(raw['alg'], verification.policy, kind), raw };
  },
  proved: (verification) => {
    const { alg } = proven(tokenOf(verification, kind).jose, 'JOSE header');
    return `typ JWT, alg ${alg} allowed [${[...verification.policy.algorithms].join(' ')}]`;
  },
});

function refuseType(typ: unknown, kind: TokenKind): void {
  if (typeof typ === 'string' && typ.toUpperCase() === 'JWT') return;
  const found = typ === undefined ? 'absent' : printable(typ);
  throw new VerificationError('MODI_TOKEN_TYP', { found, expected: 'JWT' }, kind);
}

function acceptedAlgorithm(alg: unknown, policy: Policy, kind: TokenKind): Algorithm {
  if (typeof alg === 'string' && policy.algorithms.has(alg)) return alg as Algorithm;
  const found = alg === undefined ? 'absent' : printable(alg);
  throw new VerificationError('MODI_TOKEN_ALG', { found, expected: [...policy.algorithms].join(' ') }, kind);
}
