/** The same in every command; 4 and 5 are reserved for strict warnings and broken audit chains. */
export const EXIT = {
  ok: 0,
  /** Could not tell: unreadable input, network, crash. */
  failed: 1,
  usage: 2,
  /** The answer is no: refused, invalid, not verified. */
  refused: 3,
} as const;
