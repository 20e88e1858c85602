import { tableOf, type ChainLine, type Members } from '../../core/audit';
import { callerNames, idsOfExchange, isWithin, noRecord, textAt, type DayOf, type Period } from '../audit';
import { CliError } from '../shell/cli-error';

/** Which exchanges a bundle is to be of. */
export interface Wanted {
  /** False for an access record that is not wanted, as its bytes tell: it is not taken apart. */
  mayWant(bytes: Buffer): boolean;
  /** Whether the exchange of an access record is wanted. */
  wants(members: Members): boolean;
  /** Whether an exchange is wanted of which there is no access record, but this record of its evidence. */
  wantsAlone(id: string, line: ChainLine): boolean;
  /** What was asked for and stands in no record; undefined when all of it does. */
  missing(): CliError | undefined;
}

/** Exchanges by request id, or by the jti of one of their tokens. */
export class ById implements Wanted {
  private readonly ids: readonly string[];
  /** An id as JSON has it. */
  private readonly needles: readonly string[];
  private readonly seen = new Set<string>();

  constructor(ids: readonly string[]) {
    this.ids = ids;
    this.needles = ids.map((id) => JSON.stringify(id));
  }

  mayWant(bytes: Buffer): boolean {
    return this.needles.some((needle) => bytes.includes(needle));
  }

  wants(members: Members): boolean {
    const named = idsOfExchange(members);
    return this.found(this.ids.filter((id) => named.includes(id)));
  }

  wantsAlone(id: string): boolean {
    return this.found(this.ids.filter((one) => one === id));
  }

  missing(): CliError | undefined {
    const missing = this.ids.find((id) => !this.seen.has(id));
    return missing === undefined ? undefined : noRecord(missing);
  }

  private found(ids: readonly string[]): boolean {
    for (const id of ids) this.seen.add(id);
    return ids.length > 0;
  }
}

/** Exchanges of a period, by the day on which the request arrived, and of a caller. */
export class ByPeriod implements Wanted {
  private readonly period: Period;
  private readonly dayOf: DayOf;
  private readonly caller: string | undefined;
  private isFound = false;

  /** `caller`: a name that records have of the caller; undefined for all callers. */
  constructor(period: Period, dayOf: DayOf, caller: string | undefined) {
    [this.period, this.dayOf, this.caller] = [period, dayOf, caller];
  }

  mayWant(): boolean {
    return true;
  }

  wants(members: Members): boolean {
    const record = tableOf(members['record']);
    if (this.caller !== undefined && !callerNames(record).includes(this.caller)) return false;
    return this.found(textAt(record, 'time', 'accepted'));
  }

  /** Who called is not known of them; the day is the one on which their evidence was given up waiting. */
  wantsAlone(_id: string, { kind, at }: ChainLine): boolean {
    return kind === 'orphan' && this.caller === undefined && this.found(at);
  }

  missing(): CliError | undefined {
    return this.isFound ? undefined : noneInPeriod();
  }

  private found(at: string | undefined): boolean {
    const isWanted = isWithin(this.period, this.dayOf(at));
    if (isWanted) this.isFound = true;
    return isWanted;
  }
}

const noneInPeriod = () =>
  new CliError('CLI_NO_RECORD', {
    en: 'no exchange of that period and caller in the audit chains; modi audit report lists the callers by their names',
    it: 'nessuno scambio di quel periodo e chiamante nelle catene di audit; modi audit report elenca i chiamanti con i loro nomi',
  });
