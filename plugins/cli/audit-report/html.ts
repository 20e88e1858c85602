const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text from anywhere, in an element or a quoted attribute. What could turn the direction of reading is shown as a box. */
export const escapeHtml = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '\u{fffd}').replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** How a table looks: `wide` has many columns, `named` two columns of text, `hashes` a hash. */
type Look = 'figures' | 'wide' | 'named' | 'hashes';

/** A table with a head; the first column names the row, the others are numbers unless `look` says otherwise. */
export function htmlTable(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  look: Look = 'figures',
): string {
  const heads = head.map((cell) => `<th scope="col">${escapeHtml(cell)}</th>`).join('');
  const lines = rows.map(
    ([name = '', ...cells]) =>
      `<tr><th scope="row">${escapeHtml(String(name))}</th>${cells.map((cell) => `<td>${escapeHtml(String(cell))}</td>`).join('')}</tr>`,
  );
  return `<table class="${look}"><thead><tr>${heads}</tr></thead><tbody>${lines.join('\n')}</tbody></table>`;
}
