import { digestOfBody } from '../../core/digest';
import { hintOf, Refusal, type Localized } from '../../core/errors';
import { readConfig } from '../../core/schema';
import { newVerification, replayEntries, stages, type Check, type Verification } from '../../core/verify';
import { checkHeaderCount } from '../../modi-verify/header-count';
import { compileRoute } from '../../modi-verify/route';
import { modiVerifySchema } from '../../modi-verify/schema';
import type { CheckResult, Judge, Judgement, JudgeRequest } from './judge';

/**
 * A judge made of the gateway's own code: the plugin's configuration reader, its trust, its checks in its order. What
 * only a running gateway can know, whether a jti was seen before, is reported as not evaluated.
 *
 * @throws ConfigError for a configuration that the gateway would refuse too.
 */
export function gatewayJudge(config: unknown, now: number): Judge {
  const route = compileRoute(readConfig(modiVerifySchema, config), now);
  return {
    patterns: route.config.patterns,
    audience: route.config.audience,
    judge: (request, goOn) => new Examination(newVerification(route.policy, request.headers, now), goOn).run(request),
  };
}

/** One request on its way through the checks, with a row written for each. */
class Examination {
  private readonly results: CheckResult[] = [];
  private readonly verification: Verification;
  private readonly goOn: boolean;
  private refusal: Judgement['refusal'];

  constructor(verification: Verification, goOn: boolean) {
    this.verification = verification;
    this.goOn = goOn;
  }

  async run({ body }: JudgeRequest): Promise<Judgement> {
    const { verification } = this;
    const { policy } = verification;
    this.attempt(HEADER_COUNT);
    for (const check of stages.tokens(verification)) this.attempt(check);
    if (policy.integrity) {
      const algorithm = verification.digest?.algorithm;
      verification.body = await digestOfBody({ kind: 'bytes', bytes: body }, algorithm, policy.maxBodySize);
    }
    for (const check of stages.body(verification)) this.attempt(check);
    for (const check of stages.party()) this.attempt(check);
    this.leaveReplayOpen();
    return { results: this.results, refusal: this.refusal };
  }

  private attempt(check: Check): void {
    if (this.refusal !== undefined && !this.goOn) {
      this.write(check, 'skipped', STOPPED);
      return;
    }
    try {
      check.run(this.verification);
      const proved = check.proved(this.verification);
      this.write(check, 'ok', { en: proved, it: proved });
    } catch (error) {
      if (error instanceof Refusal) this.refuse(check, error);
      else if (this.refusal === undefined) throw error;
      // Beyond the first failure a check may lack what an earlier one should have established.
      else this.write(check, 'skipped', DEPENDS);
    }
  }

  private refuse(check: Check, { code, status, params }: Refusal): void {
    const detail = { en: hintOf(code, params, 'en'), it: hintOf(code, params, 'it') };
    this.results.push({ ...rowOf(check), outcome: 'fail', detail, code });
    this.refusal ??= { code, status, detail };
  }

  private write(check: Check, outcome: 'ok' | 'skipped', detail: Localized): void {
    this.results.push({ ...rowOf(check), outcome, detail });
  }

  private leaveReplayOpen(): void {
    if (this.refusal !== undefined || replayEntries(this.verification).length === 0) return;
    this.results.push({ id: 'replay', title: REPLAY, token: undefined, outcome: 'skipped', detail: ONLY_THERE });
  }
}

const rowOf = ({ id, title, token }: Check) => ({ id, title, token });

/** The plugin counts headers before the checks begin. */
const HEADER_COUNT: Check = {
  id: 'header-count',
  title: { en: 'header count', it: 'numero di intestazioni' },
  run: ({ headers }) => {
    checkHeaderCount(headers);
  },
  proved: ({ headers }) => `${headers.size}`,
};

const STOPPED: Localized = {
  en: 'not evaluated: refused before; --all goes on',
  it: 'non valutato: già rifiutato; --all prosegue',
};
const DEPENDS: Localized = {
  en: 'not evaluated: needs what a failed check should have established',
  it: 'non valutato: richiede ciò che un controllo fallito doveva stabilire',
};
const REPLAY: Localized = { en: 'uniqueness', it: 'unicità' };
const ONLY_THERE: Localized = {
  en: 'not evaluated: only the gateway that received it knows whether the jti was used before',
  it: 'non valutato: solo il gateway che lo ha ricevuto sa se il jti è già stato usato',
};
