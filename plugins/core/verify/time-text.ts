/** The last moment that has a date (ECMA-262 21.4.1.1). */
const LAST_SECOND = 8_640_000_000_000;

/** A time of a token, which may be any number, for people: UTC, or the number where there is no such date. */
export const timeText = (seconds: number): string =>
  Math.abs(seconds) > LAST_SECOND ? `${seconds} s` : new Date(seconds * 1000).toISOString();
