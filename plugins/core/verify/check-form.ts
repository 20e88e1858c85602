import { VerificationError, type TokenKind } from '../errors';
import { splitCompact } from '../token';
import { proven, tokenOf } from './proven';
import type { Check } from './types';

/** A compact JWS of acceptable size (RFC 7515 7.1); nothing is decoded that is too large. */
export const checkForm = (kind: TokenKind): Check => ({
  id: 'form',
  title: { en: 'form', it: 'forma' },
  token: kind,
  run(verification) {
    const token = tokenOf(verification, kind);
    const { maxTokenSize } = verification.policy;
    if (token.text.length > maxTokenSize) {
      throw new VerificationError('MODI_TOKEN_TOO_LARGE', { found: token.text.length, max: maxTokenSize }, kind);
    }
    const parts = splitCompact(token.text);
    if (typeof parts === 'string') throw new VerificationError('MODI_TOKEN_MALFORMED', { reason: parts }, kind);
    token.parts = parts;
  },
  proved: (verification) => {
    const { parts, text } = tokenOf(verification, kind);
    return `three parts, header ${proven(parts, 'form').header.length} of ${text.length} characters`;
  },
});
