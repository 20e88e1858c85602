import type { Context } from '../shell/context';
import type { Checked, PrintOptions } from './formats';

/** Everything in both languages: whoever reads a report need not be who made it. */
export function printJson(checked: readonly Checked[], _options: PrintOptions, context: Context): void {
  const files = checked.map(({ name, findings, ignored, fixed }) => ({
    file: name,
    ignored,
    fixed,
    findings: findings.map(({ code, severity, line, column, field, problem, remedy, fix }) => ({
      code,
      severity,
      line,
      column,
      field,
      problem,
      remedy,
      fixable: fix !== undefined,
    })),
  }));
  context.printJson('modi.check/1', { files });
}
