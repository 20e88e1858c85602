import { hintOf, Refusal, type Localized } from '../../core/errors';
import type { PdndKeys } from '../../core/pdnd';
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

  /** As attempt, for a check that asks for a key of the platform before it judges. */
  async attemptWith(check: Check, keys: PdndKeys | undefined): Promise<void> {
    if (check.id === 'dpop-request' && this.verification.request === undefined) {
      this.write(check, 'skipped', NO_REQUEST_LINE);
      return;
    }
    const due = check.prepare !== undefined && keys !== undefined && (this.refusal === undefined || this.goOn);
    try {
      if (due) await check.prepare?.(this.verification, keys);
    } catch (error) {
      if (error instanceof Refusal) this.refuse(check, error);
      else if (this.refusal === undefined) throw error;
      else this.write(check, 'skipped', DEPENDS);
      return;
    }
    this.attempt(check);
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
const NO_REQUEST_LINE: Localized = {
  en: 'not evaluated: method and public URI of the request are not known here',
  it: 'non valutato: metodo e URI pubblico della richiesta non sono qui noti',
};
const DEPENDS: Localized = {
  en: 'not evaluated: needs what a failed check should have established',
  it: 'non valutato: richiede ciò che un controllo fallito doveva stabilire',
};
