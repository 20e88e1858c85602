import { ConfigError } from '../schema';
import type { CertificateFacts } from '../trust';
import { anyFits, compilePattern } from './pattern';
import { compileSubjectRule, type SubjectRule, type SubjectRuleConfig } from './subject-rule';

/** The claims that may name a caller. */
export type NamingClaim = 'iss' | 'sub' | 'client_id';

const CLAIMS: readonly NamingClaim[] = ['iss', 'sub', 'client_id'];

/** What the token says of its sender. */
export type NamingClaims = Readonly<Partial<Record<NamingClaim, string | undefined>>>;

/** One entry of `identity.callers`. */
export type CallerConfig = SubjectRuleConfig &
  Readonly<Record<NamingClaim, readonly string[] | null>> & {
    readonly name: string | null;
    readonly groups: readonly string[] | null;
  };

/** A caller that is let in: who it is to us, and the groups that come with it. */
export interface KnownCaller {
  readonly name: string | undefined;
  readonly groups: readonly string[];
}

interface CallerRule extends KnownCaller {
  readonly certificate: SubjectRule;
  /** The first claim that is not this caller's; undefined: all are. */
  readonly foreignClaim: (claims: NamingClaims) => NamingClaim | undefined;
}

/** known: somebody on the list. claim: the certificate is on it, the claim is another's. stranger: nobody. */
export type CallerVerdict =
  | { readonly verdict: 'known'; readonly caller: KnownCaller }
  | { readonly verdict: 'claim'; readonly claim: NamingClaim }
  | { readonly verdict: 'stranger' };

export type CallerList = (certificate: CertificateFacts | undefined, claims: NamingClaims) => CallerVerdict;

/**
 * Compiles `identity.callers`: the first entry whose certificate and claims fit says who calls. Without a
 * certificate, as with a voucher, entries that speak of one fit nobody.
 *
 * @throws ConfigError for an entry that fits everybody.
 */
export function compileCallers(entries: readonly CallerConfig[], field: string): CallerList {
  const rules = entries.map((entry, index) => compileCaller(entry, `${field}[${index + 1}]`));
  return (certificate, claims) => {
    const candidates = rules.filter((rule) => rule.certificate(certificate));
    const caller = candidates.find((rule) => rule.foreignClaim(claims) === undefined);
    if (caller !== undefined) return { verdict: 'known', caller };
    const claim = candidates[0]?.foreignClaim(claims);
    return claim === undefined ? { verdict: 'stranger' } : { verdict: 'claim', claim };
  };
}

function compileCaller(entry: CallerConfig, field: string): CallerRule {
  const { name, groups, ...conditions } = entry;
  if (Object.values(conditions).every((patterns) => patterns === null)) {
    throw new ConfigError(field, 'names no certificate and no claim, so that it would fit everybody');
  }
  const claims = CLAIMS.flatMap((claim) => {
    const patterns = entry[claim]?.map(compilePattern);
    return patterns === undefined ? [] : [{ claim, patterns }];
  });
  return {
    name: name ?? undefined,
    groups: groups ?? [],
    certificate: compileSubjectRule(entry),
    foreignClaim: (found) =>
      claims.find(({ claim, patterns }) => !anyFits(patterns, found[claim] === undefined ? [] : [found[claim]]))?.claim,
  };
}
