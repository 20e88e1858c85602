import { appendFileSync } from 'node:fs';
import { Random } from './random';
import { count, newReport, reportText, type FuzzReport } from './report';
import { faultOf, shrunk } from './shrink';
import { LIMIT_MS, Stopwatch } from './stopwatch';
import { Violation, type FuzzTarget, type Input } from './target';
import { Watchdog } from './watchdog';

/** Inputs of each kind in `npm test`. */
const SHORT_RUN = 1000;
/** The time limit of a test that fuzzes, in milliseconds: far off, for machines with other work; none for a long run. */
export const PATIENCE = process.env['FUZZ_INPUTS'] === undefined ? 300_000 : 0;
const MOST_FAULTS = 5;
/** How long the loop may keep the process to itself, and how often it says where it is, in milliseconds. */
const TURN_EVERY = 50;
const PROGRESS_EVERY = 30_000;

/**
 * Judges inputs of one kind: as many as FUZZ_INPUTS says, by default a short run of always the same ones. Then nothing
 * but the verdicts counts; with FUZZ_INPUTS an input that takes longer than 50 ms of processor time is a fault as well.
 * A slow kind gets only its `share` of the inputs.
 *
 * FUZZ_SEED chooses other inputs. FUZZ_INDEX makes one alone: keys are new in each process, and it is made of them in
 * the same way. FUZZ_REPORT names a file that gets the numbers, one line of JSON for each kind.
 *
 * @throws Violation naming seed, number and bytes of what went wrong, made as small as could be.
 */
export async function fuzz(target: FuzzTarget, share = 1): Promise<FuzzReport> {
  const { FUZZ_INPUTS, FUZZ_SEED, FUZZ_INDEX, FUZZ_REPORT } = process.env;
  const seed = Number(FUZZ_SEED ?? 1);
  const inputs = Math.ceil(Number(FUZZ_INPUTS ?? SHORT_RUN) * share);
  const [from, to] = FUZZ_INDEX === undefined ? [0, inputs] : [Number(FUZZ_INDEX), Number(FUZZ_INDEX) + 1];
  const run = new Run(target, seed, FUZZ_INPUTS !== undefined);
  const report = await run.all(from, to);
  if (FUZZ_REPORT !== undefined) appendFileSync(FUZZ_REPORT, `${JSON.stringify(report)}\n`);
  else process.stdout.write(`${reportText([report])}\n`);
  if (run.faults.size > 0) throw new Violation([...run.faults.values()].join('\n\n'));
  if (FUZZ_INDEX === undefined) requireReach(target, report);
  return report;
}

/** A fuzzer whose inputs are all refused at the door proves nothing. */
function requireReach({ kind, reaches }: FuzzTarget, { refused, permitted }: FuzzReport): void {
  const missed = reaches.filter((end) => (end === 'permitted' ? permitted === 0 : refused[end] === undefined));
  if (missed.length > 0) throw new Violation(`${kind}: no input ended in ${missed.join(', ')}`);
}

class Run {
  readonly faults = new Map<string, string>();
  private readonly target: FuzzTarget;
  private readonly seed: number;
  private readonly isLong: boolean;
  private readonly report: FuzzReport;
  private readonly stopwatch = new Stopwatch();
  private index = 0;

  constructor(target: FuzzTarget, seed: number, isLong: boolean) {
    this.target = target;
    this.seed = seed;
    this.isLong = isLong;
    this.report = newReport(target.kind, seed);
  }

  async all(from: number, to: number): Promise<FuzzReport> {
    const { report } = this;
    const watchdog = new Watchdog(this.target.kind, this.seed);
    process.on('unhandledRejection', this.onRejection);
    const startedAt = performance.now();
    let [turnAt, progressAt] = [startedAt, startedAt];
    try {
      for (this.index = from; this.index < to && this.faults.size < MOST_FAULTS; this.index += 1) {
        watchdog.at(this.index);
        await this.one();
        const now = performance.now();
        if (now - turnAt > TURN_EVERY) {
          await turn();
          turnAt = performance.now();
        }
        if (this.isLong && now - progressAt > PROGRESS_EVERY) {
          progressAt = now;
          this.say(`${report.inputs} of ${to - from}, ${report.violations} violations`);
        }
      }
      await turn();
    } finally {
      process.off('unhandledRejection', this.onRejection);
      await watchdog.stop();
    }
    report.slowestMs = this.stopwatch.slowest;
    report.seconds = (performance.now() - startedAt) / 1000;
    return report;
  }

  private async one(): Promise<void> {
    const { target, stopwatch, report } = this;
    const input = target.make(new Random(this.seed, target.kind, this.index));
    report.inputs += 1;
    stopwatch.start();
    try {
      const judged = target.judge(input);
      // A turn of the queue for each input would be the larger part of the work.
      count(report, judged instanceof Promise ? await judged : judged);
    } catch {
      const fault = await faultOf(target, input);
      await this.note(input, fault ?? 'Violation: only once');
      return;
    }
    if (!stopwatch.isSuspect()) return;
    const took = await stopwatch.measure(target, input);
    if (this.isLong && took > (target.limitMs ?? LIMIT_MS))
      await this.note(input, `Violation: took ${took.toFixed(0)} ms`);
  }

  private async note(input: Input, fault: string): Promise<void> {
    this.report.violations += 1;
    const kind = fault.split(':').slice(0, 2).join();
    if (this.faults.has(kind)) return;
    const small = await shrunk(this.target, input, fault);
    const bytes = small.map(({ name, bytes: part }) => `  ${name}: ${part.toString('base64') || '(empty)'}`);
    const place = `FUZZ_SEED=${this.seed} FUZZ_INDEX=${this.index}`;
    this.faults.set(
      kind,
      [`${this.target.kind}: ${fault}`, `  ${place}, smallest input in base64:`, ...bytes].join('\n'),
    );
    this.say(`${fault}, ${place}`);
  }

  private readonly onRejection = (reason: unknown): void => {
    this.report.violations += 1;
    this.faults.set('rejection', `${this.target.kind}: nobody caught, at or before ${this.index}: ${String(reason)}`);
  };

  private say(text: string): void {
    process.stderr.write(`fuzz ${this.target.kind}: ${text}\n`);
  }
}

/** Timers, sockets and the test runner get their turn. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
