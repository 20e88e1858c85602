import type { CertificateFacts } from '../trust';
import { anyFits, compilePattern, type TextPattern } from './pattern';

/** Patterns for parts of a certificate, as configured; null: any. */
export interface SubjectRuleConfig {
  readonly organization_identifier: readonly string[] | null;
  readonly organizational_unit: readonly string[] | null;
  readonly common_name: readonly string[] | null;
  readonly alternative_name: readonly string[] | null;
  readonly subject: readonly string[] | null;
  readonly issuer: readonly string[] | null;
  readonly thumbprint: readonly string[] | null;
}

/** Whether a certificate fits: every part that the rule speaks of fits one of its patterns. Undefined: there is none. */
export type SubjectRule = (certificate: CertificateFacts | undefined) => boolean;

type Part = readonly [keyof SubjectRuleConfig, (certificate: CertificateFacts) => readonly string[]];

const only = (value: string | undefined): readonly string[] => (value === undefined ? [] : [value]);

const PARTS: readonly Part[] = [
  ['organization_identifier', ({ organizationIdentifier }) => only(organizationIdentifier)],
  ['organizational_unit', ({ organizationalUnits }) => organizationalUnits],
  ['common_name', ({ commonName }) => only(commonName)],
  ['alternative_name', ({ alternativeNames }) => alternativeNames],
  ['subject', ({ subject }) => [subject]],
  ['issuer', ({ issuer }) => [issuer]],
  ['thumbprint', ({ thumbprint }) => [thumbprint]],
];

/** Compiles a rule. One that speaks of no part fits every certificate, and none. */
export function compileSubjectRule(config: SubjectRuleConfig): SubjectRule {
  const parts = PARTS.flatMap(([name, valuesOf]) => {
    const patterns: readonly TextPattern[] | undefined = config[name]?.map(compilePattern);
    return patterns === undefined ? [] : [{ patterns, valuesOf }];
  });
  return (certificate) =>
    parts.every(({ patterns, valuesOf }) => certificate !== undefined && anyFits(patterns, valuesOf(certificate)));
}
