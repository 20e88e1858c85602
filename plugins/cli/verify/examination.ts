import { hintOf, Refusal, type Localized } from '../../core/errors';
import type { Check, Verification } from '../../core/verify';
import type { CheckResult, Judgement } from './judge';

/**
 * One request, or one answer, on its way through the checks, with a row written for each. The first refusal decides;
 * `goOn` makes the remaining checks too, as far as they can be made.
 */
export class Examination {
  readonly verification: Verification;
  private readonly results: CheckResult[] = [];
  private readonly goOn: boolean;
  private refusal: Judgement['refusal'];

  constructor(verification: Verification, goOn: boolean) {
    this.verification = verification;
    this.goOn = goOn;
  }

  get judgement(): Judgement {
    return { results: this.results, refusal: this.refusal };
  }

  attempt(check: Check): void {
    if (this.refusal !== undefined && !this.goOn) {
      this.write(check, 'skipped', STOPPED);
      return;
    }
    try {
      check.run(this.verification);
      const proved = check.proved(this.verification);
      this.write(check, 'ok', { en: proved, it: proved });
    } catch (error) {
      if (error instanceof Refusal) this.refuse(check, error);
      else if (this.refusal === undefined) throw error;
      // Beyond the first failure a check may lack what an earlier one should have established.
      else this.write(check, 'skipped', DEPENDS);
    }
  }

  /** A row for what cannot be looked at here. */
  leaveOpen(id: string, title: Localized, detail: Localized): void {
    this.results.push({ id, title, token: undefined, outcome: 'skipped', detail });
  }

  private refuse(check: Check, { code, status, params }: Refusal): void {
    const detail = { en: hintOf(code, params, 'en'), it: hintOf(code, params, 'it') };
    this.results.push({ ...rowOf(check), outcome: 'fail', detail, code });
    this.refusal ??= { code, status, detail };
  }

  private write(check: Check, outcome: 'ok' | 'skipped', detail: Localized): void {
    this.results.push({ ...rowOf(check), outcome, detail });
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
