import { compileSafePattern, ConfigError, SAFE_LENGTH } from '../schema';
import type { JsonObject } from '../token';
import { claimValues, compileClaimPath } from './claim-path';
import { anyFits, compilePattern } from './pattern';

/** One entry of `authorization`. */
export interface ClaimRuleConfig<T extends string = string> {
  readonly name: string | null;
  /** The kind of the token. */
  readonly token: T;
  readonly claim: string;
  readonly value: string | null;
  readonly one_of: readonly string[] | null;
  readonly patterns: readonly string[] | null;
  readonly pattern: string | null;
  readonly optional: boolean;
}

/** A rule on a claim of one token. */
export interface ClaimRule<T extends string = string> {
  /** Its name in answers and logs: as configured, or its place in the configuration. */
  readonly name: string;
  readonly token: T;
  readonly claim: string;
  /** `claims` undefined: there is no such token. */
  judge(claims: JsonObject | undefined): ClaimVerdict;
}

export type ClaimVerdict =
  | { readonly verdict: 'holds' }
  | { readonly verdict: 'missing' }
  | { readonly verdict: 'differs'; readonly found: readonly unknown[] };

/**
 * Compiles `authorization`. A rule without value, one_of, patterns and pattern asks only that the claim
 * is there.
 *
 * @throws ConfigError for a rule that could not hold, for one on a token that the route does not ask for, and for a
 * regular expression that is none or not a safe one.
 */
export function compileClaimRules<T extends string>(
  entries: readonly ClaimRuleConfig<T>[],
  tokens: readonly T[],
  field: string,
): readonly ClaimRule<T>[] {
  return entries.map((entry, index) => compileRule(entry, tokens, `${field}[${index + 1}]`, index + 1));
}

function compileRule<T extends string>(
  entry: ClaimRuleConfig<T>,
  tokens: readonly T[],
  field: string,
  place: number,
): ClaimRule<T> {
  const { token, claim, optional } = entry;
  if (!tokens.includes(token)) throw new ConfigError(`${field}.token`, `no pattern of this route has a token ${token}`);
  const path = compileClaimPath(claim, `${field}.claim`);
  const accepts = compileConditions(entry, field);
  return {
    name: entry.name ?? `authorization[${place}]`,
    token,
    claim,
    judge: (claims) => {
      const found = claims === undefined ? [] : claimValues(claims, path);
      if (found.length === 0) return { verdict: optional ? 'holds' : 'missing' };
      return accepts(found) ? { verdict: 'holds' } : { verdict: 'differs', found };
    },
  };
}

/** Whether one of the values of a claim fits. */
type Condition = (found: readonly unknown[]) => boolean;

function compileConditions(entry: ClaimRuleConfig, field: string): Condition {
  const { value, one_of: list, patterns, pattern } = entry;
  if ([value, list, patterns, pattern].filter((condition) => condition !== null).length > 1) {
    throw new ConfigError(field, 'has more than one of value, one_of, patterns and pattern; keep one');
  }
  if (pattern !== null) return matching(compileSafePattern(pattern, `${field}.pattern`));
  if (patterns !== null) {
    const fits = patterns.map(compilePattern);
    return (found) => anyFits(fits, textsOf(found));
  }
  if (value === null && list === null) return () => true;
  const exact = new Set(value === null ? list : [value]);
  return (found) => textsOf(found).some((text) => exact.has(text));
}

/** A matcher that goes back and tries again is given short texts, and few of them: what is beyond does not fit. */
const MAX_MATCHED_IN_ALL = 2048;

function matching(expression: RegExp): Condition {
  return (found) => {
    let left = MAX_MATCHED_IN_ALL;
    return textsOf(found).some((text) => {
      left -= Math.min(text.length, SAFE_LENGTH);
      return left >= 0 && text.length <= SAFE_LENGTH && expression.test(text);
    });
  };
}

/** The values that can be compared. */
const textsOf = (values: readonly unknown[]): readonly string[] => values.flatMap((value) => textOf(value) ?? []);

/** Numbers and booleans are compared as JSON writes them; objects and null equal nothing. */
const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
};
