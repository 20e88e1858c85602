import type { Finding, Severity } from '../../check';
import type { Context } from '../shell/context';
import { safeText } from '../shell/safe-text';
import type { Localized } from '../../core/errors';
import type { Checked, PrintOptions } from './formats';

const WORDS: Readonly<Record<Severity, Localized>> = {
  error: { en: 'error', it: 'errore' },
  warning: { en: 'warn', it: 'avviso' },
  note: { en: 'note', it: 'nota' },
};

/** `file:line:column severity problem code`, with what to do on the line below; one sentence per file at the end. */
export function printText(checked: readonly Checked[], { notes }: PrintOptions, context: Context): void {
  for (const file of checked) {
    const shown = file.findings.filter(({ severity }) => notes || severity !== 'note');
    for (const finding of shown) printFinding(finding, context);
    context.print(safeText(summaryOf(file, notes, context)));
  }
}

function printFinding(finding: Finding, context: Context): void {
  const { file, line, column, severity, code } = finding;
  const paint = { error: context.style.bad, warning: context.style.warn, note: context.style.faint }[severity];
  const word = paint(context.text(WORDS[severity]));
  context.print(`${safeText(`${file}:${line}:${column}`)} ${word} ${safeText(context.text(finding.problem))}  ${code}`);
  context.print(`    ${safeText(context.text(finding.remedy))}`);
}

function summaryOf({ name, findings, ignored, fixed }: Checked, notes: boolean, context: Context): string {
  const count = (wanted: Severity): number => findings.filter(({ severity }) => severity === wanted).length;
  const hint =
    !notes && count('note') > 0 ? context.text({ en: ' (--notes shows them)', it: ' (le mostra --notes)' }) : '';
  const parts: readonly (readonly [number, Localized])[] = [
    [fixed, { en: 'mended', it: 'corretti' }],
    [ignored, { en: 'ignored by comment', it: 'ignorati da commento' }],
  ];
  const rest = parts.filter(([number]) => number > 0).map(([number, word]) => `, ${number} ${context.text(word)}`);
  const text = {
    en: `${count('error')} errors, ${count('warning')} warnings, ${count('note')} notes`,
    it: `${count('error')} errori, ${count('warning')} avvisi, ${count('note')} note`,
  };
  return `${name}: ${context.text(text)}${hint}${rest.join('')}`;
}
