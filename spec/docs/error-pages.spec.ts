import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERROR_TABLE, rowOf, type ModiCode } from '../../plugins/core/errors';
import { ROOT } from './support/pages';

const CODES = Object.keys(ERROR_TABLE) as ModiCode[];

interface Page {
  readonly path: string;
  readonly language: 'en' | 'it';
  /** What the page calls whoever must act. */
  readonly act: Readonly<Record<'caller' | 'operator', string>>;
}

const PAGES: readonly Page[] = [
  { path: 'docs/errors.md', language: 'en', act: { caller: 'caller', operator: 'gateway' } },
  { path: 'docs/errori.md', language: 'it', act: { caller: 'chiamante', operator: 'gateway' } },
];

const textOf = ({ path }: Page): string => readFileSync(join(ROOT, path), 'utf8');

const isRow = (line: string): boolean => line.startsWith('| `');

/** The cells of a row as a reader sees them. */
const cellsOf = (line: string): readonly string[] =>
  line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll(/\\(.)/g, '$1'));

/** What a page must say of a code: its row of the table, placeholders in angle quotation marks. */
function due(code: ModiCode, { language, act }: Page): readonly string[] {
  const { title, hint, clause, status, act: who } = rowOf(code);
  const text = `**${title[language]}**: ${hint[language]}`.replaceAll('{', '‹').replaceAll('}', '›');
  return [`\`${code}\``, status === 'token' ? '401/400' : String(status), act[who], text, clause];
}

/** The codes whose row is not among the lines, or is not what the table says. */
function amissAmong(lines: readonly string[], page: Page): readonly string[] {
  const rows = new Set(lines.filter(isRow).map((line) => cellsOf(line).join(' | ')));
  return CODES.filter((code) => !rows.has(due(code, page).join(' | ')));
}

describe.each(PAGES)('$path', (page) => {
  const lines = textOf(page).split('\n');

  it('has every code of the table once, in its order, and no other', () => {
    expect(CODES.length).toBeGreaterThan(100);
    expect(lines.filter(isRow).map((line) => cellsOf(line)[0])).toEqual(CODES.map((code) => `\`${code}\``));
  });

  it('says status, who acts, title, remedy and norm of each as the table does', () => {
    expect(amissAmong(lines, page)).toEqual([]);
  });

  it('would not pass without any one code, nor with another status or remedy of it', () => {
    for (const [index, line] of lines.entries()) {
      if (!isRow(line)) continue;
      const [code = '', status = ''] = cellsOf(line);
      for (const changed of ['', line.replace(`| ${status} `, '| 999 '), line.replace('**:', '**: not')]) {
        expect(amissAmong(lines.with(index, changed), page)).toEqual([code.slice(1, -1)]);
      }
    }
  });
});
