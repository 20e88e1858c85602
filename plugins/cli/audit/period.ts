import { usageError } from '../shell/cli-error';
import type { OptionDeclaration } from '../shell/command';
import type { Values } from '../shell/values';
import { dayNamed, daysIn, DEFAULT_ZONE, type DayOf } from './days';

/** First and last day that count, YYYY-MM-DD; undefined is no limit. */
export interface Period {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

export const PERIOD_OPTIONS: readonly OptionDeclaration[] = [
  {
    flags: '--from <DAY>',
    about: { en: 'first day that counts, as 2026-11-01', it: 'primo giorno considerato, come 2026-11-01' },
  },
  { flags: '--to <DAY>', about: { en: 'last day that counts', it: 'ultimo giorno considerato' } },
];

export const ZONE_OPTION: OptionDeclaration = {
  flags: '--time-zone <ZONE>',
  about: { en: 'where days begin and end', it: 'dove i giorni cominciano e finiscono' },
  default: DEFAULT_ZONE,
};

/** The period of `PERIOD_OPTIONS`. @throws CliError CLI_USAGE for what is no day, or an end before the beginning. */
export function periodOf(values: Values): Period {
  const [from, to] = [dayOption('from', values), dayOption('to', values)];
  if (from !== undefined && to !== undefined && from > to) throw turnedRound();
  return { from, to };
}

/** The time zone of `ZONE_OPTION` by its name. */
export const zoneOf = (values: Values): string => values.string('timeZone') ?? DEFAULT_ZONE;

/** Days as `ZONE_OPTION` has them. @throws CliError CLI_USAGE for a zone that there is not. */
export const daysOf = (values: Values): DayOf => daysIn(zoneOf(values));

/** Whether a day belongs to the period. What has no day belongs only to one without limits. */
export function isWithin({ from, to }: Period, day: string | undefined): boolean {
  if (day === undefined) return from === undefined && to === undefined;
  return (from === undefined || day >= from) && (to === undefined || day <= to);
}

function dayOption(name: string, values: Values): string | undefined {
  const text = values.string(name);
  return text === undefined ? undefined : dayNamed(`--${name}`, text);
}

const turnedRound = () => usageError('--from is after --to; turn them round', '--from è dopo --to; scambiarli');
