import { digestOfBody } from '../../core/digest';
import type { PdndKeys } from '../../core/pdnd';
import type { Localized } from '../../core/errors';
import { readConfig } from '../../core/schema';
import { newVerification, replayEntries, stages, type Check } from '../../core/verify';
import { checkHeaderCount, compileRoute, modiVerifySchema } from '../../modi-verify/offline';
import { Examination } from './examination';
import type { Judge, Judgement, JudgeRequest } from './judge';

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
    judge: (request, goOn) =>
      examine(new Examination(newVerification(route.policy, request.headers, now), goOn), request, route.keys),
  };
}

async function examine(
  examination: Examination,
  { body }: JudgeRequest,
  keys: PdndKeys | undefined,
): Promise<Judgement> {
  const { verification } = examination;
  const { policy } = verification;
  examination.attempt(HEADER_COUNT);
  for (const check of stages.tokens(verification)) {
    if (check.prepare === undefined && check.id !== 'dpop-request') attempt(examination, check);
    else await examination.attemptWith(check, keys);
  }
  if (policy.integrity) {
    const algorithm = verification.digest?.algorithm;
    verification.body = await digestOfBody({ kind: 'bytes', bytes: body }, algorithm, policy.maxBodySize);
  }
  for (const check of stages.body(verification)) examination.attempt(check);
  for (const check of stages.party()) attempt(examination, check);
  const accepted = examination.judgement.refusal === undefined;
  if (accepted && replayEntries(verification).length > 0) examination.leaveOpen('replay', REPLAY, ONLY_THERE);
  return examination.judgement;
}

/** A captured request does not say which connection it came on. */
function attempt(examination: Examination, check: Check): void {
  const { channel } = examination.verification.policy;
  if (channel === undefined || !check.id.startsWith('channel')) examination.attempt(check);
  else examination.leaveOpen(check.id, check.title, CONNECTION);
}

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
const CONNECTION: Localized = {
  en: 'not evaluated: a captured request does not hold the connection it came on',
  it: 'non valutato: una richiesta catturata non contiene la connessione da cui è arrivata',
};
