import { VerificationError, type TokenKind } from '../errors';
import { decodeJsonPart, type JsonObject } from '../token';
import { printable } from './printable';
import { proven, tokenOf } from './proven';
import type { Algorithm, Check, Policy } from './types';

/** Longer than any kid of the platform; it becomes part of a URL and of log lines. */
const MAX_KID_CHARACTERS = 128;

/** Vouchers are signed with this alone; a voucher that says otherwise is none. */
const VOUCHER_ALGORITHMS: ReadonlySet<string> = new Set(['RS256']);

/**
 * PDND 3.1 row 2; ModI INTEGRITY_REST_02, AUDIT_REST: typ, alg, no crit, and the key named by kid. Any key or
 * certificate that the token carries besides is not looked at.
 */
export const checkKidHeader = (kind: TokenKind): Check => ({
  id: 'kid-header',
  title: { en: 'JOSE header', it: 'header JOSE' },
  token: kind,
  run(verification) {
    const token = tokenOf(verification, kind);
    const { policy } = verification;
    const raw = decodeJsonPart(proven(token.parts, 'form').header, 'header');
    if (typeof raw === 'string') throw new VerificationError('MODI_TOKEN_MALFORMED', { reason: raw }, kind);
    if (kind === 'VOUCHER') refuseVoucherType(raw['typ'], policy);
    else refuseTokenType(raw['typ'], kind);
    if ('crit' in raw) throw new VerificationError('MODI_TOKEN_CRIT', { found: printable(raw['crit']) }, kind);
    const accepted = kind === 'VOUCHER' ? VOUCHER_ALGORITHMS : policy.algorithms;
    token.jose = { alg: acceptedAlgorithm(raw['alg'], accepted, kind), raw };
    token.kid = readKid(raw, kind);
  },
  proved: (verification) => {
    const { jose, kid } = tokenOf(verification, kind);
    const { alg, raw } = proven(jose, 'JOSE header');
    return `typ ${printable(raw['typ'])}, alg ${alg}, kid ${proven(kid, 'kid')}`;
  },
});

function refuseVoucherType(typ: unknown, policy: Policy): void {
  const { voucherTypes } = proven(policy.pdnd, 'the policy of vouchers');
  // RFC 7515 4.1.9: a media type, whose "application/" may be left out.
  const name = typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : undefined;
  if (name !== undefined && voucherTypes.has(name)) return;
  const found = typ === undefined ? 'absent' : printable(typ);
  throw new VerificationError('MODI_VOUCHER_TYP', { found, expected: [...voucherTypes].join(', ') }, 'VOUCHER');
}

function refuseTokenType(typ: unknown, kind: TokenKind): void {
  if (typeof typ === 'string' && typ.toUpperCase() === 'JWT') return;
  const found = typ === undefined ? 'absent' : printable(typ);
  throw new VerificationError('MODI_TOKEN_TYP', { found, expected: 'JWT' }, kind);
}

function acceptedAlgorithm(alg: unknown, accepted: ReadonlySet<string>, kind: TokenKind): Algorithm {
  if (typeof alg === 'string' && accepted.has(alg)) return alg as Algorithm;
  const found = alg === undefined ? 'absent' : printable(alg);
  throw new VerificationError('MODI_TOKEN_ALG', { found, expected: [...accepted].join(' ') }, kind);
}

function readKid({ kid }: JsonObject, kind: TokenKind): string {
  if (kid === undefined) throw new VerificationError('MODI_KID_MISSING', {}, kind);
  if (typeof kid !== 'string' || kid.length > MAX_KID_CHARACTERS || !/^[\w-]+$/.test(kid)) {
    throw new VerificationError('MODI_KID_MALFORMED', { max: MAX_KID_CHARACTERS }, kind);
  }
  return kid;
}
