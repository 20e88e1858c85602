import type { Localized, ModiCode, TokenKind } from '../../core/errors';
import type { Headers } from '../../core/verify';

/** A request to be judged, exactly as a gateway would have received it. */
export interface JudgeRequest {
  readonly headers: Headers;
  readonly body: Buffer;
}

/** One row of the answer: a check of the gateway, in the gateway's order. */
export interface CheckResult {
  readonly id: string;
  readonly title: Localized;
  readonly token: TokenKind | undefined;
  readonly outcome: 'ok' | 'fail' | 'skipped';
  /** What was proved, what was wrong, or why it was not looked at. */
  readonly detail: Localized;
  readonly code?: ModiCode;
}

export interface Judgement {
  readonly results: readonly CheckResult[];
  /** The first check that did not hold decides, as on the gateway; undefined: none refuses. */
  readonly refusal: { readonly code: ModiCode; readonly status: number; readonly detail: Localized } | undefined;
  /** Rows that the gateway judges and that could not be judged here; the verdict names them. */
  readonly open: readonly CheckResult[];
  /** undecided: nothing refuses it, and what is open would have to prove who signed. */
  readonly outcome: 'accepted' | 'refused' | 'undecided';
}

/** Whoever judges requests by one configuration at one moment. */
export interface Judge {
  /** What the requests are measured against, for the report. */
  readonly patterns: readonly string[];
  readonly audience: readonly string[];
  /** `goOn`: after the first failure look at the remaining checks too, as far as they can be made. */
  judge(request: JudgeRequest, goOn: boolean): Promise<Judgement>;
}
