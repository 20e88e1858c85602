import { notify, type Notice } from './notices';

/** Told no more often than this, in seconds: a log shows that it goes on, and is not filled by it. */
const TELL_EVERY = 3600;

/** Counts what a soft choice lets through, and tells the operator: at the first, and while it goes on once an hour. */
export class SoftPasses {
  private readonly message: string;
  private passed = 0;
  private toldAt = -Infinity;

  /** `message`: what is let through, as the log says it. */
  constructor(message: string) {
    this.message = message;
  }

  /** What was let through, since the start. */
  get total(): number {
    return this.passed;
  }

  /** One more at `now` (seconds); `about` is asked for what the log says of it. */
  note(now: number, about: () => NonNullable<Notice['fields']>): void {
    this.passed += 1;
    // A clock that was set back must not silence it.
    if (Math.abs(now - this.toldAt) < TELL_EVERY) return;
    this.toldAt = now;
    notify({ level: 'warn', message: this.message, fields: { ...about(), since_start: this.passed } });
  }
}
