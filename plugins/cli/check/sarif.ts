import { RULES, type Finding, type Rule } from '../../check';
import type { Context } from '../shell/context';
import type { Checked, PrintOptions } from './formats';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/** SARIF 2.1.0: one run, every rule described, one result per finding. */
export function printSarif(checked: readonly Checked[], _options: PrintOptions, context: Context): void {
  const findings = checked.flatMap((file) => file.findings);
  const driver = {
    name: 'modi check',
    informationUri: 'https://developer.konghq.com/plugins/',
    rules: RULES.map((rule) => ruleOf(rule, context)),
  };
  const run = {
    tool: { driver },
    columnKind: 'utf16CodeUnits',
    results: findings.map((one) => resultOf(one, context)),
  };
  context.print(JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, null, 2));
}

const ruleOf = ({ code, severity, problem, remedy }: Rule, context: Context): object => ({
  id: code,
  shortDescription: { text: context.text(problem) },
  help: { text: context.text(remedy) },
  defaultConfiguration: { level: severity },
});

const resultOf = (
  { code, severity, file, line, column, field, problem, remedy }: Finding,
  context: Context,
): object => ({
  ruleId: code,
  ruleIndex: RULES.findIndex((rule) => rule.code === code),
  level: severity,
  message: { text: `${context.text(problem)}: ${context.text(remedy)}` },
  locations: [
    {
      physicalLocation: {
        artifactLocation: { uri: uriOf(file) },
        region: { startLine: line, startColumn: column },
      },
      ...(field === '' ? {} : { logicalLocations: [{ fullyQualifiedName: field }] }),
    },
  ],
});

/** A relative path as a URI reference. */
const uriOf = (file: string): string => file.split(/[\\/]/).map(encodeURIComponent).join('/');
