import { setTimeout as pause } from 'node:timers/promises';
import { notify } from '../../../notices';
import { DurableLines } from '../../durable-lines';

/** Checkpoints that wait: of more the oldest are forgotten, since whatever is sealed later binds all before it. */
const MOST_WAITING = 10_000;
/** How long the end of the chain waits for the witness, in milliseconds. */
const LAST_WAIT = 5_000;

/**
 * A file elsewhere, such as a share of another machine, that gets every checkpoint. It may be away, and a share may hang:
 * the chain does not wait for it. What could not be written comes with the next checkpoint.
 */
export class WitnessFile {
  private readonly file: DurableLines;
  private waiting: string[] = [];
  private working: Promise<void> | undefined;
  private told = false;

  constructor(path: string) {
    this.file = new DurableLines(path);
  }

  /** Takes the line of a checkpoint, with its line feed. */
  take(line: string): void {
    this.waiting.push(line);
    if (this.waiting.length > MOST_WAITING) this.waiting.shift();
  }

  /** Begins to write what waits, unless that is under way. Never throws. */
  work(): void {
    if (this.waiting.length === 0) return;
    this.working ??= this.write().finally(() => {
      this.working = undefined;
    });
  }

  /** Writes what waits, as far as that is done within seconds. */
  async close(): Promise<void> {
    const end = new AbortController();
    const writing = (async () => {
      await this.working;
      this.work();
      await this.working;
    })();
    await Promise.race([
      writing,
      pause(LAST_WAIT, undefined, { signal: end.signal, ref: false }).catch(() => undefined),
    ]);
    end.abort();
    if (this.waiting.length > 0) this.tell(`${this.waiting.length} checkpoints are not there`);
  }

  private async write(): Promise<void> {
    const lines = this.waiting;
    this.waiting = [];
    try {
      await this.file.append(lines.join(''));
      if (this.told) notify({ level: 'info', message: 'the witness of the audit chain is written again' });
      this.told = false;
    } catch (error) {
      this.waiting = [...lines, ...this.waiting].slice(-MOST_WAITING);
      this.tell(error instanceof Error ? error.message : String(error));
    }
  }

  private tell(problem: string): void {
    if (this.told) return;
    this.told = true;
    const fields = { problem, witness: this.file.path };
    notify({ level: 'error', message: 'the witness of the audit chain lacks checkpoints', fields });
  }
}
