import { ANSWER_ROWS } from './answers';
import { CHANNEL_ROWS } from './channel';
import { CLAIM_ROWS } from './claims';
import { EVIDENCE_ROWS } from './evidence';
import { FORM_ROWS } from './form';
import { HEADER_ROWS } from './headers';
import { INTEGRITY_ROWS } from './integrity';
import { KEY_REFERENCE_ROWS } from './key-reference';
import { OWN_ROWS } from './own';
import { PARTY_ROWS } from './party';
import { PDND_KEY_ROWS } from './pdnd-keys';
import { PDND_ROWS } from './pdnd';
import { RECEIVED_ROWS } from './received';
import type { ErrorRow, TokenKind } from './row';
import { TRUST_ROWS } from './trust';
import { TRUST_SOURCE_ROWS } from './trust-sources';

/**
 * Every refusal of the pack: one row per code. `modi explain`, docs/errors.md and the answers of the gateway print
 * these very rows. Codes are public API: a code is never renamed and never changes its meaning.
 */
export const ERROR_TABLE = {
  ...CHANNEL_ROWS,
  ...HEADER_ROWS,
  ...FORM_ROWS,
  ...KEY_REFERENCE_ROWS,
  ...TRUST_ROWS,
  ...TRUST_SOURCE_ROWS,
  ...CLAIM_ROWS,
  ...INTEGRITY_ROWS,
  ...PARTY_ROWS,
  ...PDND_KEY_ROWS,
  ...PDND_ROWS,
  ...ANSWER_ROWS,
  ...RECEIVED_ROWS,
  ...EVIDENCE_ROWS,
  ...OWN_ROWS,
} as const satisfies Record<string, ErrorRow>;

export type ModiCode = keyof typeof ERROR_TABLE;

export const isModiCode = (code: string): code is ModiCode => Object.hasOwn(ERROR_TABLE, code);

export const rowOf = (code: ModiCode): ErrorRow => ERROR_TABLE[code];

/** The HTTP status of a code, for the token it was found in. */
export function statusOf(code: ModiCode, token: TokenKind | undefined): number {
  const { status } = rowOf(code);
  if (status !== 'token') return status;
  return token === 'INTEGRITY' || token === 'AUDIT' ? 400 : 401;
}

export type { ErrorRow, Localized, TokenKind } from './row';
