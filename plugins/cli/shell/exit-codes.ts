/** The same in every command; 5 is reserved for broken audit chains. */
export const EXIT = {
  ok: 0,
  /** Could not tell: unreadable input, network, crash. */
  failed: 1,
  usage: 2,
  /** The answer is no: refused, invalid, not verified. */
  refused: 3,
  /** Nothing but warnings, and --strict was given. */
  warnings: 4,
} as const;
