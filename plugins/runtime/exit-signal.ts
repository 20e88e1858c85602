/** Thrown by `kong.response.exit`: the answer is on its way, the phase is over. Only the guard catches it. */
export class ExitSignal extends Error {
  override readonly name = 'ExitSignal';
  readonly status: number;
  /** The stable code of the refusal, for metrics. */
  readonly code: string | undefined;

  constructor(status: number, code: string | undefined) {
    super(`exit ${status}`);
    this.status = status;
    this.code = code;
  }
}

/** A member of `Kong` was used after the phase had ended, or after its connection was lost. */
export class PhaseOverError extends Error {
  override readonly name = 'PhaseOverError';
}
