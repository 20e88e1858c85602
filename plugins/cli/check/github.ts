import type { Severity } from '../../check';
import type { Context } from '../shell/context';
import type { Checked, PrintOptions } from './formats';

const LEVEL: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'notice' };

/** One workflow command per finding, which GitHub shows at the line of a pull request. */
export function printGithub(checked: readonly Checked[], { notes }: PrintOptions, context: Context): void {
  for (const { file, line, column, severity, code, problem, remedy } of checked.flatMap(({ findings }) => findings)) {
    if (severity === 'note' && !notes) continue;
    const place = `file=${property(file)},line=${line},col=${column},title=${property(code)}`;
    context.print(`::${LEVEL[severity]} ${place}::${escaped(`${context.text(problem)}: ${context.text(remedy)}`)}`);
  }
}

const escaped = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
