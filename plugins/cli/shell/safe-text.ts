/**
 * Text from outside on the user's terminal: control, format and line-separating characters are written as escapes, so
 * that a token or an answer can neither move the cursor nor reverse what is read. `multiline` keeps line feeds and tabs.
 */
export function safeText(text: string, multiline = false): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) => {
    if (multiline && (character === '\n' || character === '\t')) return character;
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}
