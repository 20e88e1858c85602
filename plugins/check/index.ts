export { gatherFrom, inspectMaterial } from './certificates';
export type { Gathered, Inspection, Row, Source, State } from './certificates';
export { checkConfig } from './check';
export type { CheckResult, CheckSource } from './check';
export { applyFixes } from './fix';
export { knownPlugins } from './pack';
export { parseKongConf } from './kong-conf';
export { RULES } from './rules';
export type { CheckCode, CheckSettings, Finding, Rule, Severity } from './types';
