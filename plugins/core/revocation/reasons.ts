/** By number, RFC 5280 5.3.1. */
const REASONS: readonly (string | undefined)[] = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  undefined,
  undefined,
  'privilegeWithdrawn',
  'aACompromise',
];

/** The reason of RFC 5280 5.3.1 that the content of an ENUMERATED means; undefined for no reason of a revocation. */
export const reasonNamed = (code: Buffer): string | undefined =>
  code.length === 1 ? REASONS[code[0] ?? 7] : undefined;
