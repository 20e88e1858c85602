import { VerificationError, type TokenKind } from '../errors';
import { kindOf } from './printable';
import { proven, tokenOf } from './proven';
import type { Check, Policy } from './types';

export const MAX_JTI_CHARACTERS = 255;

/** Pipeline 2.2 row 5: with ID_AUTH_REST_02 every token carries a jti, and always those of _02 patterns and of audit; one that is there must be usable as an id. */
export const checkJti = (kind: TokenKind): Check => ({
  id: 'jti',
  title: { en: 'jti', it: 'jti' },
  token: kind,
  run(verification) {
    const { policy } = verification;
    const { jti } = proven(tokenOf(verification, kind).claims, 'claims').raw;
    if (jti === undefined) {
      const pattern = patternThatRequires(kind, policy);
      if (pattern !== undefined) throw new VerificationError('MODI_JTI_MISSING', { pattern }, kind);
      return;
    }
    if (typeof jti !== 'string' || jti === '' || jti.length > MAX_JTI_CHARACTERS) {
      const found = typeof jti === 'string' ? `${jti.length} characters` : kindOf(jti);
      throw new VerificationError('MODI_JTI_MALFORMED', { max: MAX_JTI_CHARACTERS, found }, kind);
    }
  },
  proved: (verification) => tokenOf(verification, kind).claims?.jti ?? 'none, and none is required',
});

function patternThatRequires(
  kind: TokenKind,
  { audit, authentication, integrity, unique }: Policy,
): string | undefined {
  if (kind === 'AUDIT') return audit?.pattern;
  if (kind === 'INTEGRITY' && integrity === 'INTEGRITY_REST_02') return integrity;
  return unique ? authentication : undefined;
}
