import { setTimeout as pause } from 'node:timers/promises';
import { notify } from '../../notices';
import { ChainError } from '../chain';

const RETRY_MS = 1_000;

/** What is tried, in the words of the log. */
export interface Trial {
  /** What is said, once, when it fails. */
  readonly fails: string;
  /** What is said when it is over. */
  readonly over: string;
}

/** What the disk does not do at once is waited for, and told once: nothing is lost, the spool keeps what is to be written. */
export class Patience {
  private readonly trial: Trial;
  private readonly trouble: () => Error | undefined;
  private told = '';

  /** `trouble`: what is still wrong though an attempt has succeeded, in part. */
  constructor(trial: Trial, trouble: () => Error | undefined = () => undefined) {
    this.trial = trial;
    this.trouble = trouble;
  }

  /** Runs `attempt` until it succeeds. @throws ChainError at once, and whatever failed when the signal has come. */
  async retried<T>(attempt: () => Promise<T>, stop: AbortSignal): Promise<T> {
    for (;;) {
      try {
        const result = await attempt();
        const trouble = this.trouble();
        if (trouble !== undefined) this.tell(trouble);
        else this.endTold();
        return result;
      } catch (error) {
        if (error instanceof ChainError || stop.aborted) throw error;
        this.tell(error);
        await pause(RETRY_MS, undefined, { signal: stop }).catch(() => undefined);
      }
    }
  }

  private endTold(): void {
    if (this.told !== '') notify({ level: 'info', message: this.trial.over });
    this.told = '';
  }

  private tell(error: unknown): void {
    const problem = error instanceof Error ? error.message : String(error);
    if (problem === this.told) return;
    this.told = problem;
    notify({ level: 'error', message: this.trial.fails, fields: { problem } });
  }
}
