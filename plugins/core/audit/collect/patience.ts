import { setTimeout as pause } from 'node:timers/promises';
import { notify } from '../../notices';
import { ChainError } from '../chain';

const RETRY_MS = 1_000;

/** A full disk is waited for, and told once: nothing is lost, the spool keeps what is to be written. */
export class Patience {
  private told = '';

  /** Runs `write` until it succeeds. @throws ChainError at once, and whatever failed when the signal has come. */
  async retried(write: () => Promise<unknown>, stop: AbortSignal): Promise<void> {
    for (;;) {
      try {
        await write();
        if (this.told !== '') notify({ level: 'info', message: 'the audit chain can be written again' });
        this.told = '';
        return;
      } catch (error) {
        if (error instanceof ChainError || stop.aborted) throw error;
        this.tell(error);
        await pause(RETRY_MS, undefined, { signal: stop }).catch(() => undefined);
      }
    }
  }

  private tell(error: unknown): void {
    const problem = error instanceof Error ? error.message : String(error);
    if (problem === this.told) return;
    this.told = problem;
    notify({ level: 'error', message: 'the audit chain cannot be written; trying again', fields: { problem } });
  }
}
