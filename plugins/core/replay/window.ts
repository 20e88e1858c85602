import type { ReplayEntry, ReplayWindow } from './types';

/** The wider of two windows, in each of its measures. */
export const widest = (one: ReplayWindow, other: ReplayWindow): ReplayWindow => ({
  maxAge: Math.max(one.maxAge, other.maxAge),
  clockSkew: Math.max(one.clockSkew, other.clockSkew),
  maxEntries: Math.max(one.maxEntries, other.maxEntries),
});

/** The last second in which some route could still accept the token. */
export const lastSecondOf = ({ iat, exp }: ReplayEntry, { clockSkew, maxAge }: ReplayWindow): number =>
  Math.ceil(Math.min(exp + clockSkew, iat + maxAge)) + 1;
