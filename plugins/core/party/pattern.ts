/** A text, or a text with `*` for any run of characters. */
export type TextPattern = (value: string) => boolean;

/**
 * Compiles a pattern of the configuration: `*` stands for any run of characters, also none; everything else stands for
 * itself, upper and lower case apart. The whole value must fit. There is nothing to go back over: a value is looked
 * through once, whatever the pattern, so that no value makes a pattern slow.
 */
export function compilePattern(pattern: string): TextPattern {
  const [head = '', ...parts] = pattern.split('*');
  const tail = parts.pop();
  if (tail === undefined) return (value) => value === pattern;
  return (value) => {
    if (value.length < head.length + tail.length || !value.startsWith(head) || !value.endsWith(tail)) return false;
    const end = value.length - tail.length;
    let from = head.length;
    for (const part of parts) {
      const at = value.indexOf(part, from);
      if (at === -1 || at + part.length > end) return false;
      from = at + part.length;
    }
    return true;
  };
}

/** Whether one of the values fits one of the patterns. */
export const anyFits = (patterns: readonly TextPattern[], values: readonly string[]): boolean =>
  values.some((value) => patterns.some((fits) => fits(value)));
