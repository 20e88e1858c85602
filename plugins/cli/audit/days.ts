import { usageError } from '../shell/cli-error';

/** Days begin and end in Italy, where the platform and its participants are. */
export const DEFAULT_ZONE = 'Europe/Rome';

/** Tells the calendar day of an instant: milliseconds since the epoch, or RFC 3339. YYYY-MM-DD; undefined for no instant. */
export type DayOf = (instant: number | string | undefined) => string | undefined;

/** Days as a time zone of the IANA data base has them. @throws CliError CLI_USAGE for a zone that there is not. */
export function daysIn(zone: string): DayOf {
  const format = formatOf(zone);
  return (instant) => {
    const time = typeof instant === 'string' ? Date.parse(instant) : (instant ?? NaN);
    return Number.isNaN(time) ? undefined : format.format(time);
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  try {
    // The form of this locale is YYYY-MM-DD.
    return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw usageError(
      `--time-zone: there is no zone "${timeZone}"; write one as Europe/Rome or UTC`,
      `--time-zone: la zona "${timeZone}" non esiste; scriverla come Europe/Rome o UTC`,
    );
  }
}

/** A day that an option names. @throws CliError CLI_USAGE unless it is one, written YYYY-MM-DD. */
export function dayNamed(flag: string, text: string): string {
  const time = Date.parse(`${text}T00:00:00Z`);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)) {
    return text;
  }
  throw usageError(
    `${flag} must be a day as 2026-11-23, found "${text}"`,
    `${flag} deve essere un giorno come 2026-11-23, trovato "${text}"`,
  );
}
