import { usageError } from '../shell/cli-error';
import type { Values } from '../shell/values';

const UNITS: Readonly<Record<string, number>> = { '': 86_400, d: 86_400, h: 3600, m: 60 };

/** Seconds of `30d`, `12h`, `90m`, or a bare number of days. @throws CliError CLI_USAGE for anything else. */
export function durationOf(values: Values, name: string, flag: string): number {
  const text = values.string(name) ?? '';
  const [, amount, unit = ''] = /^(\d{1,5})([dhm]?)$/.exec(text) ?? [];
  const seconds = UNITS[unit];
  if (amount !== undefined && seconds !== undefined) return Number(amount) * seconds;
  throw usageError(
    `${flag} must be a time such as 30d, 12h or 90m, found "${text}"`,
    `${flag} dev'essere una durata come 30d, 12h o 90m, trovato "${text}"`,
  );
}
