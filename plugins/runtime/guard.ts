import { hintOf, rowOf, type ModiCode } from '../core/errors';
import { ExitSignal, PhaseOverError } from './exit-signal';
import type { HeaderValues, Kong } from './kong';
import type { Phase } from './plugin';

/** How a phase ended, for metrics. */
export interface PhaseOutcome {
  readonly outcome: 'passed' | 'exited' | 'failed' | 'deadline' | 'lost';
  readonly code: string | undefined;
}

/** What the guard needs of an adapter besides `Kong`: a way out that works whatever the phase is waiting for. */
export interface PhaseDoor {
  /** Answers the client now. */
  exit(status: number, body: string, headers: HeaderValues): void;
  /** The phase is through; Kong goes on with the request. */
  pass(): void | Promise<void>;
  /** Removes a header of the answer; only in the response phase. */
  clearResponseHeader(name: string): void;
}

/** Told of every failure, with its cause. */
export type FailureLog = (problem: string, cause: unknown) => void;

/** Headers of the service's answer that would be lies on our own body. */
const BODY_HEADERS = ['Content-Encoding', 'Digest', 'Agid-JWT-Signature', 'ETag', 'Content-Range'];

/**
 * Runs one phase so that it can only pass by returning. An exception, a rejected promise or a missed deadline is
 * answered with 500 and told to `log`; a lost connection needs no answer, because Kong itself then answers 500.
 */
export async function guard(
  phase: Phase,
  run: (kong: Kong) => Promise<void>,
  kong: Kong,
  door: PhaseDoor,
  deadlineMs: number,
  log: FailureLog,
): Promise<PhaseOutcome> {
  const deadline = new Deadline(deadlineMs);
  try {
    await Promise.race([run(kong), deadline.passed]);
    await door.pass();
    return { outcome: 'passed', code: undefined };
  } catch (error) {
    if (error instanceof ExitSignal) return { outcome: 'exited', code: error.code };
    if (error instanceof ConnectionLostError) return { outcome: 'lost', code: undefined };
    const code = error instanceof DeadlineError ? 'MODI_DEADLINE' : 'MODI_INTERNAL';
    log(error instanceof DeadlineError ? 'deadline passed' : 'phase failed', error);
    refuse(phase, door, code, log);
    return { outcome: error instanceof DeadlineError ? 'deadline' : 'failed', code };
  } finally {
    deadline.stop();
  }
}

/** Kong hung up in the middle of the event. */
export class ConnectionLostError extends PhaseOverError {}

function refuse(phase: Phase, door: PhaseDoor, code: ModiCode, log: FailureLog): void {
  try {
    if (phase === 'response') for (const name of BODY_HEADERS) door.clearResponseHeader(name);
    door.exit(500, brokenBody(code), { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' });
  } catch (error) {
    // The dialogue is over already: Kong answers 500 for an event that never ends well.
    log('no way to answer', error);
  }
}

function brokenBody(code: ModiCode): string {
  return JSON.stringify({
    type: `urn:modi:error:${code}`,
    title: rowOf(code).title.en,
    status: 500,
    detail: hintOf(code, {}, 'en'),
    code,
  });
}

class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

class Deadline {
  readonly passed: Promise<never>;
  private timer: NodeJS.Timeout | undefined;

  constructor(milliseconds: number) {
    this.passed = new Promise((_, reject) => {
      this.timer = setTimeout(() => {
        reject(new DeadlineError(`not finished after ${milliseconds} ms`));
      }, milliseconds);
    });
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
