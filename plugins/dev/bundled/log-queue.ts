import type { GatewayLogger } from '../logger';

/** Kong's queue words, times in milliseconds. */
export interface QueueOptions {
  readonly name: string;
  readonly batchSize: number;
  readonly maxEntries: number;
  readonly coalesceMs: number;
  readonly retryForMs: number;
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
}

/** A bounded queue that hands batches to `send`, one at a time, and tries a refused one again for a while. */
export class LogQueue {
  private readonly options: QueueOptions;
  private readonly send: (entries: readonly string[]) => Promise<void>;
  private readonly logger: GatewayLogger;
  private readonly entries: string[] = [];
  private sending: Promise<void> | undefined;
  private wake: (() => void) | undefined;
  private closing = false;

  constructor(options: QueueOptions, send: (entries: readonly string[]) => Promise<void>, logger: GatewayLogger) {
    this.options = options;
    this.send = send;
    this.logger = logger;
  }

  /** Takes an entry; when the queue is full the oldest is lost, and that is logged. */
  add(entry: string): void {
    this.entries.push(entry);
    if (this.entries.length > this.options.maxEntries) {
      this.entries.shift();
      this.logger.error(`http-log ${this.options.name}: queue full, dropping old entries`);
    }
    this.sending ??= this.drain().finally(() => {
      this.sending = undefined;
    });
  }

  /** Hands over what is left, each batch once. */
  async close(): Promise<void> {
    this.closing = true;
    this.wake?.();
    await this.sending;
  }

  private async drain(): Promise<void> {
    while (this.entries.length > 0) {
      if (this.options.batchSize > this.entries.length) await this.pause(this.options.coalesceMs);
      await this.deliver(this.entries.splice(0, this.options.batchSize));
    }
  }

  private async deliver(batch: readonly string[]): Promise<void> {
    let delay = this.options.firstDelayMs;
    for (let waited = 0; ; waited += delay, delay = Math.min(delay * 2, this.options.longestDelayMs)) {
      try {
        await this.send(batch);
        return;
      } catch (error) {
        const text = `http-log ${this.options.name}: ${(error as Error).message}`;
        if (this.closing || waited >= this.options.retryForMs) {
          this.logger.error(`${text}; ${batch.length} entries lost`);
          return;
        }
        this.logger.warn(`${text}; trying again`);
        await this.pause(delay);
      }
    }
  }

  private async pause(ms: number): Promise<void> {
    if (this.closing) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = undefined;
  }
}
