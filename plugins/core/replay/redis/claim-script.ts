import { createHash } from 'node:crypto';
import { hash } from '../hash';
import { lastSecondOf } from '../window';
import type { ReplayEntry, ReplayVerdict, ReplayWindow, Resend } from '../types';

/**
 * Takes all keys or none, in one step that no other client can come between. A value is "attempts fingerprint"; the
 * fingerprint is empty for a token that may not come again. Reads everything before it writes anything.
 *
 * KEYS: one per token. ARGV: fingerprint, most resends, then per key its life in milliseconds.
 * Answers {outcome, number}: 0 taken, attempt; 1 seen, index of the key; 2 exhausted, index; attempts in a third place.
 */
export const CLAIM_SCRIPT = `
local fingerprint, most = ARGV[1], tonumber(ARGV[2])
local attempts, attempt = {}, 1
local exhausted
for i, key in ipairs(KEYS) do
  local value = redis.call('GET', key)
  attempts[i] = 1
  if value then
    local gap = string.find(value, ' ', 1, true)
    if not gap or fingerprint == '' or string.sub(value, gap + 1) ~= fingerprint then return {1, i, 0} end
    local before = tonumber(string.sub(value, 1, gap - 1))
    if not before then return {1, i, 0} end
    if before > most and not exhausted then exhausted = {2, i, before} end
    attempts[i] = before + 1
    if attempts[i] > attempt then attempt = attempts[i] end
  end
end
if exhausted then return exhausted end
for i, key in ipairs(KEYS) do
  local life = tonumber(ARGV[i + 2])
  local left = redis.call('PTTL', key)
  if left > life then life = left end
  redis.call('SET', key, string.format('%d ', attempts[i]) .. fingerprint, 'PX', string.format('%d', life))
end
return {0, attempt, 0}
`;

export const CLAIM_SHA1 = createHash('sha1').update(CLAIM_SCRIPT).digest('hex');

/** The clocks of two gateways may be this far apart, in seconds: a key outlives its token on the slower one. */
const GATEWAY_CLOCKS_APART = 30;

/**
 * The keys of a claim. All of them carry one hash tag and so live in one slot: a cluster can only then take two keys
 * in one step. It gives a cluster's availability; the load stays on one of its masters.
 */
export const claimKeys = (prefix: string, entries: readonly ReplayEntry[]): string[] =>
  entries.map(({ key }) => `{${prefix}}:${Buffer.from(hash(key), 'latin1').toString('base64url')}`);

/** Fingerprint, most resends, and the life of each key in milliseconds. */
export function claimArguments(
  entries: readonly ReplayEntry[],
  now: number,
  window: ReplayWindow,
  resend: Resend | undefined,
): (string | number)[] {
  const lives = entries.map((entry) => {
    const seconds = Math.max(1, lastSecondOf(entry, window) - now) + GATEWAY_CLOCKS_APART;
    return Math.ceil(seconds * 1000);
  });
  return [resend?.fingerprint ?? '', resend?.max ?? 0, ...lives];
}

/** What the script's answer means. @throws TypeError for an answer that the script cannot have given. */
export function verdictOf(reply: unknown, entries: readonly ReplayEntry[]): ReplayVerdict {
  const [outcome, number, attempts] = Array.isArray(reply) ? (reply as readonly unknown[]) : [];
  if (typeof number !== 'number' || typeof attempts !== 'number') throw new TypeError('not an answer of the script');
  if (outcome === 0) return number === 1 ? { verdict: 'fresh' } : { verdict: 'resent', attempt: number };
  const kind = entries[number - 1]?.kind;
  if (kind === undefined || (outcome !== 1 && outcome !== 2)) throw new TypeError('not an answer of the script');
  return outcome === 1 ? { verdict: 'seen', kind } : { verdict: 'exhausted', kind, attempts };
}
