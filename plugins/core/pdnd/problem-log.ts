import { notify } from '../notices';

/** Tells the operator of a problem once, not once per try, and when it is over. */
export class ProblemLog {
  private readonly what: string;
  private told: string | undefined;
  private count = 0;

  /** `what` begins the sentence: `the keys of vouchers`. */
  constructor(what: string) {
    this.what = what;
  }

  /** Failures since the start. */
  get failures(): number {
    return this.count;
  }

  get failing(): boolean {
    return this.told !== undefined;
  }

  report(problem: string): void {
    this.count += 1;
    if (this.told === problem) return;
    this.told = problem;
    notify({ level: 'error', message: 'the platform cannot be used', fields: { what: this.what, problem } });
  }

  solved(): void {
    if (this.told === undefined) return;
    this.told = undefined;
    notify({ level: 'info', message: 'the platform can be used again', fields: { what: this.what } });
  }
}
