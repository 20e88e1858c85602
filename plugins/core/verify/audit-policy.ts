import { compileSafePattern, ConfigError, isQuickPattern, SAFE_LENGTH } from '../schema';

/** What an audit token must be. */
export interface AuditPolicy {
  readonly pattern: 'AUDIT_REST_01' | 'AUDIT_REST_02';
  readonly required: boolean;
  readonly rules: readonly AuditRule[];
}

/** What one tracked datum must be. */
export interface AuditRule {
  readonly claim: string;
  /** Where the service finds the datum. */
  readonly header: string;
  readonly required: boolean;
  readonly type: 'string' | 'number' | 'boolean' | 'any';
  readonly oneOf: ReadonlySet<string> | undefined;
  readonly pattern: RegExp | undefined;
  readonly minLength: number;
  readonly maxLength: number;
}

/** `audit_claims` and their neighbours as configured. */
export interface AuditPolicyConfig {
  readonly patterns: readonly string[];
  readonly audit_token: 'required' | 'optional';
  readonly audit_claims: readonly AuditRuleConfig[] | null;
}

export interface AuditRuleConfig {
  readonly name: string;
  readonly required?: boolean | null;
  readonly type?: 'string' | 'number' | 'boolean' | 'any' | null;
  readonly one_of?: readonly string[] | null;
  readonly pattern?: string | null;
  readonly min_length?: number | null;
  readonly max_length?: number | null;
}

/** Unless a rule says otherwise; data become headers, and patterns are matched against them. */
const MAX_LENGTH = 256;

/** What the norm suggests: who, where, and how surely authenticated. */
const SUGGESTED: readonly AuditRuleConfig[] = [
  { name: 'userID', required: true },
  { name: 'userLocation', required: true },
  { name: 'LoA' },
];

/**
 * Undefined when no audit pattern is named.
 * @throws ConfigError for a pattern that is no regular expression or not a safe one, and for a claim with two rules.
 */
export function compileAuditPolicy(config: AuditPolicyConfig): AuditPolicy | undefined {
  const pattern = (['AUDIT_REST_02', 'AUDIT_REST_01'] as const).find((id) => config.patterns.includes(id));
  if (pattern === undefined) return undefined;
  const rules = (config.audit_claims ?? SUGGESTED).map((rule, index) => ruleOf(rule, `audit_claims[${index + 1}]`));
  const headers = rules.map(({ header }) => header);
  const twice = headers.findIndex((header, index) => headers.indexOf(header) !== index);
  if (twice !== -1) {
    throw new ConfigError(
      `audit_claims[${twice + 1}].name`,
      `two rules for what the service gets as ${headers[twice] ?? ''}`,
    );
  }
  return { pattern, required: config.audit_token === 'required', rules };
}

function ruleOf(rule: AuditRuleConfig, field: string): AuditRule {
  const minLength = rule.min_length ?? 1;
  const maxLength = rule.max_length ?? MAX_LENGTH;
  if (minLength > maxLength) throw new ConfigError(`${field}.min_length`, `${minLength} is above max_length`);
  if (rule.pattern != null && maxLength > SAFE_LENGTH && !isQuickPattern(rule.pattern)) {
    const problem = `${maxLength} is above ${SAFE_LENGTH}: with several repetitions of no fixed length, matching can take for ever`;
    throw new ConfigError(`${field}.max_length`, problem);
  }
  return {
    claim: rule.name,
    header: `x-modi-audit-${rule.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`,
    required: rule.required ?? false,
    type: rule.type ?? 'string',
    oneOf: rule.one_of == null ? undefined : new Set(rule.one_of),
    pattern: rule.pattern == null ? undefined : compileSafePattern(rule.pattern, `${field}.pattern`),
    minLength,
    maxLength,
  };
}
