export { compileBindings } from './binding';
export type { BindingConfig, Bindings } from './binding';
export { compileCallers } from './callers';
export type { CallerConfig, CallerList, KnownCaller, NamingClaims } from './callers';
export { compileClaimRules } from './claim-rules';
export type { ClaimRule, ClaimRuleConfig } from './claim-rules';
export { compileGroups } from './groups';
export type { GroupNames } from './groups';
