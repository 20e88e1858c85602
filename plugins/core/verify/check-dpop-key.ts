import { VerificationError } from '../errors';
import { decodeJsonPart, type JsonObject } from '../token';
import { readProofKey, type ProofKey } from './dpop-key';
import { kindOf, printable } from './printable';
import { proven, tokenOf } from './proven';
import type { Algorithm, Check } from './types';
import type { DpopPolicy } from './pdnd-policy';

/**
 * RFC 9449 4.3 (4) to (7): typ, alg, no crit, and a public key in jwk. The key is not believed because the proof carries
 * it: `dpop-binding` holds it against the voucher.
 */
export const checkDpopKey: Check = {
  id: 'dpop-key',
  title: { en: 'JOSE header and key', it: 'header JOSE e chiave' },
  token: 'DPOP',
  run(verification) {
    const token = tokenOf(verification, 'DPOP');
    const { dpop } = proven(verification.policy.pdnd, 'the policy of vouchers');
    const raw = decodeJsonPart(proven(token.parts, 'form').header, 'header');
    if (typeof raw === 'string') throw new VerificationError('MODI_TOKEN_MALFORMED', { reason: raw }, 'DPOP');
    if (raw['typ'] !== 'dpop+jwt') {
      const found = raw['typ'] === undefined ? 'absent' : printable(raw['typ']);
      throw new VerificationError('MODI_DPOP_TYP', { found, expected: 'dpop+jwt' }, 'DPOP');
    }
    if ('crit' in raw) throw new VerificationError('MODI_TOKEN_CRIT', { found: printable(raw['crit']) }, 'DPOP');
    token.jose = { alg: acceptedAlgorithm(raw['alg'], dpop), raw };
    const { key, thumbprint } = acceptedKey(raw['jwk'], dpop);
    token.key = key;
    token.thumbprint = thumbprint;
  },
  proved: (verification) => {
    const { jose, thumbprint } = tokenOf(verification, 'DPOP');
    return `typ dpop+jwt, alg ${proven(jose, 'JOSE header').alg}, key ${proven(thumbprint, 'the key of the proof')}`;
  },
};

function acceptedAlgorithm(alg: unknown, { algorithms }: DpopPolicy): Algorithm {
  if (typeof alg === 'string' && algorithms.has(alg)) return alg as Algorithm;
  const found = alg === undefined ? 'absent' : printable(alg);
  throw new VerificationError('MODI_TOKEN_ALG', { found, expected: [...algorithms].join(' ') }, 'DPOP');
}

function acceptedKey(jwk: unknown, { furtherMembers }: DpopPolicy): ProofKey {
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) throw unusable(`it is ${kindOf(jwk)}`);
  const key = readProofKey(jwk as JsonObject);
  if ('problem' in key) {
    throw key.problem === 'private' ? new VerificationError('MODI_DPOP_PRIVATE_KEY', {}, 'DPOP') : unusable(key.reason);
  }
  if (key.further.length > 0 && !furtherMembers) {
    throw unusable(`it holds further members (${printable(key.further.join(', '))})`);
  }
  return key;
}

const unusable = (reason: string): VerificationError => new VerificationError('MODI_DPOP_JWK', { reason }, 'DPOP');
