import type { FuzzTarget, Input } from './target';

const ROUNDS = 5;

/** What an input may take unless its target says otherwise, in milliseconds of processor time. */
export const LIMIT_MS = 50;
/** What takes less on the wall is not looked into. */
const NOTICED_MS = 5;

/**
 * Finds the slowest input. The clock on the wall only raises a suspicion: on a busy machine every input can be late.
 * A suspect is judged again, alone and several times, and the least processor time counts.
 */
export class Stopwatch {
  /** Processor time of the slowest input in milliseconds, as far as it was noticed. */
  slowest = NOTICED_MS;
  private startedAt = 0;

  start(): void {
    this.startedAt = performance.now();
  }

  isSuspect(): boolean {
    return performance.now() - this.startedAt > this.slowest;
  }

  /** Measures a suspect. Answers its processor time in milliseconds. */
  async measure(target: FuzzTarget, input: Input): Promise<number> {
    let least = Infinity;
    for (let round = 0; round < ROUNDS && least > this.slowest; round += 1) {
      const before = process.cpuUsage();
      await target.judge(input);
      const { user, system } = process.cpuUsage(before);
      least = Math.min(least, (user + system) / 1000);
    }
    this.slowest = Math.max(this.slowest, least);
    return least;
  }
}
