import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERROR_TABLE, rowOf, type ModiCode } from '../../plugins/core/errors';
import { ROOT } from './support/pages';

const CODES = Object.keys(ERROR_TABLE) as ModiCode[];

const PAGES = [
  ['docs/errors.md', 'en', { caller: 'caller', operator: 'gateway' }],
  ['docs/errori.md', 'it', { caller: 'chiamante', operator: 'gateway' }],
] as const;

/** The cells of each row of the page's table, the head left out, as a reader sees them. */
const rowsOf = (page: string): readonly (readonly string[])[] =>
  page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll(/\\(.)/g, '$1')),
    );

/** What a page must say of a code: its row of the table, placeholders in angle quotation marks. */
function due(code: ModiCode, [, language, act]: (typeof PAGES)[number]): readonly string[] {
  const row = rowOf(code);
  const text = `**${row.title[language]}**: ${row.hint[language]}`.replaceAll('{', '‹').replaceAll('}', '›');
  return [`\`${code}\``, row.status === 'token' ? '401/400' : String(row.status), act[row.act], text, row.clause];
}

/** The codes whose row is not on the page, or is not what the table says. */
const amissOn = (page: string, kind: (typeof PAGES)[number]): readonly string[] => {
  const rows = rowsOf(page).map((cells) => cells.join(' | '));
  return CODES.filter((code) => !rows.includes(due(code, kind).join(' | ')));
};

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

describe.each(PAGES)('%s', (...kind) => {
  const page = read(kind[0]);

  it('has every code of the table once, in its order, and no other', () => {
    expect(CODES.length).toBeGreaterThan(100);
    expect(rowsOf(page).map(([code]) => code)).toEqual(CODES.map((code) => `\`${code}\``));
  });

  it('says status, who acts, title, remedy and norm of each as the table does', () => {
    expect(amissOn(page, kind)).toEqual([]);
  });

  it.each(CODES)('would not pass without %s, nor with another status or remedy', (code) => {
    const line = page.split('\n').find((one) => one.startsWith(`| \`${code}\` `)) ?? '';
    const status = due(code, kind)[1] ?? '';
    for (const changed of ['', line.replace(`| ${status} `, '| 999 '), line.replace('**:', '**: not')]) {
      expect(
        amissOn(
          page.replace(line, () => changed),
          kind,
        ),
      ).toEqual([code]);
    }
  });
});

it('both pages have the same codes', () => {
  const [en, it] = PAGES.map(([path]) => rowsOf(read(path)).map(([code]) => code));
  expect(en).toEqual(it);
});
