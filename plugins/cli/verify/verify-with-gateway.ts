import type { Localized } from '../../core/errors';
import { digestOfBody } from '../../core/digest';
import type { PdndKeys } from '../../core/pdnd';
import { readConfig } from '../../core/schema';
import { newVerification, replayEntries, stages, type Check } from '../../core/verify';
import { checkHeaderCount, compileRoute, modiVerifySchema } from '../../modi-verify/offline';
import { Examination } from './examination';
import type { Judge, Judgement, JudgeRequest } from './judge';
import { leftOpen } from './left-open';

/**
 * A judge made of the gateway's own code: the plugin's configuration reader, its trust, its checks in its order. What
 * only a running gateway can know, and what is only behind the network, is reported as not evaluated: nothing is sent.
 * With `fetches` keys are asked for as the gateway does, of the platform and behind x5u.
 *
 * @throws ConfigError for a configuration that the gateway would refuse too.
 */
export function gatewayJudge(config: unknown, now: number, fetches = false): Judge {
  const keysOf = fetches ? undefined : () => NO_PLATFORM;
  const route = compileRoute(readConfig(modiVerifySchema, config), now, keysOf);
  return {
    patterns: route.config.patterns,
    audience: route.config.audience,
    judge: (request, goOn) =>
      examine(
        new Examination(newVerification(route.policy, request.headers, now), goOn, leftOpen),
        request,
        fetches ? (check, examination) => examination.attemptWith(check, route.keys) : undefined,
      ),
  };
}

/** `fetching` makes a check whose key is behind the network; without it such a check is left open. */
async function examine(
  examination: Examination,
  { body }: JudgeRequest,
  fetching: ((check: Check, examination: Examination) => Promise<void>) | undefined,
): Promise<Judgement> {
  const { verification } = examination;
  const { policy } = verification;
  examination.attempt(HEADER_COUNT);
  for (const check of stages.tokens(verification)) {
    const isDecisive = leftOpen(check, verification)?.weight === 'decisive';
    if (isDecisive && fetching !== undefined) await fetching(check, examination);
    else examination.attempt(check);
  }
  if (policy.integrity) {
    const algorithm = verification.digest?.algorithm;
    verification.body = await digestOfBody({ kind: 'bytes', bytes: body }, algorithm, policy.maxBodySize);
  }
  for (const check of [...stages.body(verification), ...stages.party()]) examination.attempt(check);
  const isAccepted = examination.judgement.outcome === 'accepted';
  if (isAccepted && replayEntries(verification).length > 0) examination.leaveOpen('replay', REPLAY, ONLY_THERE);
  return examination.judgement;
}

const unasked = (): never => {
  throw new TypeError('the platform is not asked from here');
};

/** In place of what would fetch the platform's keys: the checks that need them are left open. */
const NO_PLATFORM: PdndKeys = {
  voucherKey: unasked,
  participantKey: unasked,
  party: () => ({}),
  settled: () => Promise.resolve(),
};

/** The plugin counts headers before the checks begin. */
const HEADER_COUNT: Check = {
  id: 'header-count',
  title: { en: 'header count', it: 'numero di intestazioni' },
  run: ({ headers }) => {
    checkHeaderCount(headers);
  },
  proved: ({ headers }) => `${headers.size}`,
};

const REPLAY: Localized = { en: 'uniqueness', it: 'unicità' };
const ONLY_THERE: Localized = {
  en: 'not evaluated: only the gateway that received it knows whether the jti was used before',
  it: 'non valutato: solo il gateway che lo ha ricevuto sa se il jti è già stato usato',
};
