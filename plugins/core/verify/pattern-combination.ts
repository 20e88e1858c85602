import { ConfigError } from '../schema';
import type { Policy } from './types';

type Combination = Pick<Policy, 'authentication' | 'integrity'>;

/** Patterns of tokens whose keys only the platform knows. */
const NEED_PLATFORM = ['INTEGRITY_REST_02', 'AUDIT_REST_02'] as const;

/**
 * What a list of patterns asks of the Authorization token and of the body; `voucher`: whether the platform's voucher
 * authenticates. A voucher is itself the token of ID_AUTH_REST_01, which need not be named beside other patterns.
 * @throws ConfigError naming the patterns that exclude each other, or the one that is missing.
 */
export function combinationOf(patterns: readonly string[], voucher: boolean): Combination {
  refuseBoth(patterns, 'ID_AUTH_REST_01', 'ID_AUTH_REST_02', 'ID_AUTH_REST_02 includes ID_AUTH_REST_01; name one');
  refuseBoth(patterns, 'INTEGRITY_REST_01', 'INTEGRITY_REST_02', 'a request carries one integrity token; name one');
  refuseBoth(patterns, 'AUDIT_REST_01', 'AUDIT_REST_02', 'AUDIT_REST_02 includes AUDIT_REST_01; name one');
  const unique = patterns.includes('ID_AUTH_REST_02');
  if (voucher && unique) {
    throw new ConfigError(
      'patterns',
      'ID_AUTH_REST_02 cannot be met by a voucher of the PDND: it asks for a jti per request, and a voucher is used for many requests until it expires; name ID_AUTH_REST_01, and INTEGRITY_REST_02 or pdnd.voucher: dpop for uniqueness',
    );
  }
  const lonely = NEED_PLATFORM.find((pattern) => patterns.includes(pattern));
  if (!voucher && lonely !== undefined) {
    throw new ConfigError('patterns', `${lonely} needs the keys of the PDND; set pdnd.environment, or its addresses`);
  }
  if (!voucher && !unique && !patterns.includes('ID_AUTH_REST_01')) {
    const found = patterns.join(', ');
    throw new ConfigError('patterns', `${found} needs ID_AUTH_REST_01 or ID_AUTH_REST_02 beside it`);
  }
  return { authentication: unique ? 'ID_AUTH_REST_02' : 'ID_AUTH_REST_01', integrity: integrityOf(patterns) };
}

function integrityOf(patterns: readonly string[]): Policy['integrity'] {
  if (patterns.includes('INTEGRITY_REST_02')) return 'INTEGRITY_REST_02';
  return patterns.includes('INTEGRITY_REST_01') ? 'INTEGRITY_REST_01' : undefined;
}

function refuseBoth(patterns: readonly string[], one: string, other: string, reason: string): void {
  if (patterns.includes(one) && patterns.includes(other)) throw new ConfigError('patterns', reason);
}
