/** The same in every command. */
export const EXIT = {
  ok: 0,
  /** Could not tell: unreadable input, network, crash. */
  failed: 1,
  usage: 2,
  /** The answer is no: refused, invalid, not verified. */
  refused: 3,
  /** Nothing but warnings, and --strict was given. */
  warnings: 4,
  /** An audit chain is not what was written. */
  broken: 5,
} as const;
