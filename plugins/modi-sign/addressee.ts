import { PolicyError } from '../core/errors';
import type { RequestRecord } from './request-record';

type Rule = 'client_id' | 'issuer' | 'client';

const RULES: Readonly<Record<Rule, (record: RequestRecord) => string | undefined>> = {
  client_id: ({ clientId }) => clientId,
  issuer: ({ issuer }) => issuer,
  client: ({ client }) => client,
};

const isRule = (word: string): word is Rule => Object.hasOwn(RULES, word);

/**
 * The audience of the answer (no common rule in ModI: whatever the parties agreed on).
 *
 * @throws PolicyError MODI_ANSWER_NO_RECORD or MODI_ANSWER_AUDIENCE_UNKNOWN when the rule cannot be followed.
 */
export function audienceOf(configured: string, record: RequestRecord | undefined): string {
  if (!isRule(configured)) return configured;
  if (record === undefined) throw new PolicyError('MODI_ANSWER_NO_RECORD', { what: `aud by ${configured}` });
  const audience = RULES[configured](record);
  if (audience === undefined) throw new PolicyError('MODI_ANSWER_AUDIENCE_UNKNOWN', { rule: configured });
  return audience;
}

/**
 * The claim request_digest; undefined when the verified request had no body.
 *
 * @throws PolicyError MODI_ANSWER_NO_RECORD when the request's body was not verified.
 */
export function requestDigestOf(wanted: boolean, record: RequestRecord | undefined): string | undefined {
  if (!wanted) return undefined;
  if (record?.integrity !== true) throw new PolicyError('MODI_ANSWER_NO_RECORD', { what: 'request_digest' });
  return record.digest;
}
