import type { RevocationOutcome } from './types';

/** From the best to the weakest. */
const ORDER: readonly RevocationOutcome[] = ['good', 'grace', 'unchecked'];

/** The weaker of two outcomes: what can be said of both together. */
export const weakerOf = (one: RevocationOutcome, other: RevocationOutcome): RevocationOutcome =>
  ORDER.indexOf(one) < ORDER.indexOf(other) ? other : one;
