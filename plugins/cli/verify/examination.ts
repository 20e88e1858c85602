import { hintOf, Refusal, type Localized } from '../../core/errors';
import type { PdndKeys } from '../../core/pdnd';
import type { Check, Verification } from '../../core/verify';
import type { CheckResult, Judgement } from './judge';
import type { LeftOpen } from './left-open';

/**
 * One request, or one answer, on its way through the checks, with a row written for each. The first refusal decides;
 * `goOn` makes the remaining checks too, as far as they can be made. What `leftOpen` names is not run.
 */
export class Examination {
  readonly verification: Verification;
  private readonly results: CheckResult[] = [];
  private readonly open: CheckResult[] = [];
  private readonly goOn: boolean;
  private readonly leftOpen: (check: Check, verification: Verification) => LeftOpen | undefined;
  private refusal: Judgement['refusal'];
  private decisiveOpen = false;

  constructor(verification: Verification, goOn: boolean, leftOpen: Examination['leftOpen'] = () => undefined) {
    this.verification = verification;
    this.goOn = goOn;
    this.leftOpen = leftOpen;
  }

  get judgement(): Judgement {
    const { results, refusal, open } = this;
    const unrefused = this.decisiveOpen ? 'undecided' : 'accepted';
    return { results, refusal, open, outcome: refusal === undefined ? unrefused : 'refused' };
  }

  attempt(check: Check): void {
    if (this.isStopped(check)) return;
    const open = this.leftOpen(check, this.verification);
    if (open === undefined) this.run(check);
    else this.leave(check, open);
  }

  /** As attempt, for a check that is not left open: what it needs is asked for first. */
  async attemptWith(check: Check, keys: PdndKeys | undefined): Promise<void> {
    if (this.isStopped(check)) return;
    try {
      await check.prepare?.(this.verification, keys);
    } catch (error) {
      this.fail(check, error);
      return;
    }
    this.run(check);
  }

  /** A row for what cannot be looked at here. */
  leaveOpen(id: string, title: Localized, detail: Localized): void {
    this.results.push({ id, title, token: undefined, outcome: 'skipped', detail });
  }

  private isStopped(check: Check): boolean {
    const isStopped = this.refusal !== undefined && !this.goOn;
    if (isStopped) this.write(check, 'skipped', STOPPED);
    return isStopped;
  }

  private run(check: Check): void {
    try {
      check.run(this.verification);
      const proved = check.proved(this.verification);
      this.write(check, 'ok', { en: proved, it: proved });
    } catch (error) {
      this.fail(check, error);
    }
  }

  private fail(check: Check, error: unknown): void {
    if (error instanceof Refusal) this.refuse(check, error);
    // Beyond the first failure a check may lack what an earlier one should have established.
    else if (this.refusal !== undefined) this.write(check, 'skipped', DEPENDS);
    else if (this.decisiveOpen && error instanceof TypeError) this.write(check, 'skipped', NOT_ESTABLISHED);
    else throw error;
  }

  private leave(check: Check, { detail, weight }: LeftOpen): void {
    const row = this.write(check, 'skipped', detail);
    if (weight !== 'row') this.open.push(row);
    this.decisiveOpen ||= weight === 'decisive';
  }

  private refuse(check: Check, { code, status, params }: Refusal): void {
    const detail = { en: hintOf(code, params, 'en'), it: hintOf(code, params, 'it') };
    this.results.push({ ...rowOf(check), outcome: 'fail', detail, code });
    this.refusal ??= { code, status, detail };
  }

  private write(check: Check, outcome: 'ok' | 'skipped', detail: Localized): CheckResult {
    const row = { ...rowOf(check), outcome, detail };
    this.results.push(row);
    return row;
  }
}

const rowOf = ({ id, title, token }: Check) => ({ id, title, token });

const STOPPED: Localized = {
  en: 'not evaluated: refused before; --all goes on',
  it: 'non valutato: già rifiutato; --all prosegue',
};
const DEPENDS: Localized = {
  en: 'not evaluated: needs what a failed check should have established',
  it: 'non valutato: richiede ciò che un controllo fallito doveva stabilire',
};
const NOT_ESTABLISHED: Localized = {
  en: 'not evaluated: needs what was left open before',
  it: 'non valutato: richiede ciò che prima è rimasto aperto',
};
