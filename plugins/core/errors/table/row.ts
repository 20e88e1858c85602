export interface Localized {
  readonly en: string;
  readonly it: string;
}

/** Which signed token a check judges; a token error in the Authorization header is 401, in the integrity token 400. */
export type TokenKind = 'ID_AUTH' | 'INTEGRITY';

export interface ErrorRow {
  /** HTTP status, or `token`: 401 for the Authorization token, 400 for the integrity token. */
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
