export interface Localized {
  readonly en: string;
  readonly it: string;
}

/**
 * Which signed token a check judges. VOUCHER stands in Authorization as ID_AUTH does, DPOP in DPoP: their errors are
 * 401. INTEGRITY and AUDIT speak of the message: theirs are 400.
 */
export type TokenKind = 'ID_AUTH' | 'INTEGRITY' | 'VOUCHER' | 'DPOP' | 'AUDIT';

export interface ErrorRow {
  /** HTTP status, or `token`: 401 for tokens that authenticate, 400 for those of integrity and audit. */
  readonly status: number | 'token';
  readonly title: Localized;
  /** One sentence for the caller; `{name}` is filled from the refusal. */
  readonly hint: Localized;
  /** Who has to act. */
  readonly act: 'caller' | 'operator';
  /** The norm behind the check. */
  readonly clause: string;
}

/** One row, written down the way people read it. */
export const row = (
  status: ErrorRow['status'],
  act: ErrorRow['act'],
  clause: string,
  title: readonly [en: string, it: string],
  hint: readonly [en: string, it: string],
): ErrorRow => ({
  status,
  act,
  clause,
  title: { en: title[0], it: title[1] },
  hint: { en: hint[0], it: hint[1] },
});
