import type { ReplayEntry, ReplayWindow } from './types';

/** The wider of two windows, in each of its measures. */
export const widest = (one: ReplayWindow, other: ReplayWindow): ReplayWindow => ({
  maxAge: Math.max(one.maxAge, other.maxAge),
  clockSkew: Math.max(one.clockSkew, other.clockSkew),
  maxEntries: Math.max(one.maxEntries, other.maxEntries),
});

/**
 * Tokens are remembered as if some route were at least as patient as this: a configuration that is changed, and a node with
 * other routes, must not take what was forgotten before. Seconds.
 */
export const LEAST_MAX_AGE = 900;
export const LEAST_CLOCK_SKEW = 60;

/** The last second in which some route could still accept the token, or one that is as patient as may be soon. */
export const lastSecondOf = ({ iat, exp }: ReplayEntry, { clockSkew, maxAge }: ReplayWindow): number =>
  Math.ceil(Math.min(exp + Math.max(clockSkew, LEAST_CLOCK_SKEW), iat + Math.max(maxAge, LEAST_MAX_AGE))) + 1;
