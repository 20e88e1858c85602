import { daysOf, PERIOD_OPTIONS, periodOf, ZONE_OPTION } from '../audit';
import { usageError } from '../shell/cli-error';
import type { OptionDeclaration } from '../shell/command';
import type { Values } from '../shell/values';
import { ById, ByPeriod, type Wanted } from './wanted';

/** The options that choose exchanges by something else than their ids. */
export const WANTED_OPTIONS: readonly OptionDeclaration[] = [
  ...PERIOD_OPTIONS,
  ZONE_OPTION,
  {
    flags: '--caller <NAME>',
    about: {
      en: 'exchanges of this caller, by a name that modi audit report lists',
      it: 'scambi di questo chiamante, con un nome elencato da modi audit report',
    },
  },
];

/** Which exchanges a command line asks for. @throws CliError CLI_USAGE unless it names ids, or a period or caller. */
export function wantedIn(values: Values): Wanted {
  const ids = values.arguments();
  const period = periodOf(values);
  const caller = values.string('caller');
  const isChosen = [period.from, period.to, caller].some((value) => value !== undefined);
  if (isChosen === ids.length > 0) throw isChosen ? both() : neither();
  return isChosen ? new ByPeriod(period, daysOf(values), caller) : new ById(ids);
}

const both = () =>
  usageError(
    'name exchanges by their ids, or by --from, --to and --caller, not both',
    'indicare gli scambi con i loro id, oppure con --from, --to e --caller, non entrambi',
  );

const neither = () =>
  usageError(
    'say which exchanges: ids of requests, jti of tokens, or --from, --to, --caller',
    'indicare quali scambi: id di richieste, jti di token, oppure --from, --to, --caller',
  );
