import type { Language } from '../../core/errors';

/** RFC 3339 in UTC with `Z`, whole seconds; a number no calendar knows is shown as it is. */
export function utc(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** `in 98 days`, `3 minutes ago`, `tra 98 giorni`. Rounded towards now, so that nothing is promised too long. */
export function relative(seconds: number, now: number, language: Language): string {
  const difference = seconds - now;
  const [unit, size] = UNITS.find(([, length]) => Math.abs(difference) >= length) ?? (['second', 1] as const);
  // `-0` would be "0 seconds ago", which reads as past.
  const amount = Math.trunc(difference / size) || 0;
  return new Intl.RelativeTimeFormat(language, { numeric: amount === 0 ? 'auto' : 'always' }).format(amount, unit);
}

/** UTC and relative together, as every report shows a time. */
export const utcAndRelative = (seconds: number, now: number, language: Language): string =>
  `${utc(seconds)} (${relative(seconds, now, language)})`;
