import type { TokenKind } from '../errors';
import {
  compileBindings,
  compileCallers,
  compileClaimRules,
  type BindingConfig,
  type Bindings,
  type CallerConfig,
  type CallerList,
  type ClaimRule,
  type ClaimRuleConfig,
} from '../party';
import { ConfigError } from '../schema';

/** The fields of the configuration that say who may call. */
export interface PartyConfig {
  readonly identity: {
    readonly claim: IdentityClaim;
    readonly callers?: readonly CallerConfig[] | null;
    readonly bindings?: readonly BindingConfig[] | null;
  };
  readonly authorization?: readonly ClaimRuleConfig<TokenKind>[] | null;
}

export type IdentityClaim = 'certificate' | 'application' | 'client_id' | 'iss' | 'sub' | 'purposeId' | 'consumerId';

/** Who may call, compiled. */
export interface PartyPolicy {
  readonly identityClaim: IdentityClaim;
  /** Undefined: every trusted certificate. */
  readonly callers: CallerList | undefined;
  readonly bindings: Bindings | undefined;
  readonly claimRules: readonly ClaimRule<TokenKind>[];
}

/**
 * @throws ConfigError naming field and problem.
 */
export function compileParty({ identity, authorization }: PartyConfig, tokens: readonly TokenKind[]): PartyPolicy {
  const { claim, callers, bindings } = identity;
  if (claim === 'application') requireNames(callers ?? []);
  return {
    identityClaim: claim,
    callers: callers ? compileCallers(callers, 'identity.callers') : undefined,
    bindings: bindings ? compileBindings(bindings) : undefined,
    claimRules: compileClaimRules(authorization ?? [], tokens, 'authorization'),
  };
}

function requireNames(callers: readonly CallerConfig[]): void {
  if (callers.length === 0) throw new ConfigError('identity.claim', '"application" needs entries in identity.callers');
  const index = callers.findIndex(({ name }) => name === null);
  if (index >= 0) {
    throw new ConfigError(`identity.callers[${index + 1}].name`, 'is needed where identity.claim is application');
  }
}
