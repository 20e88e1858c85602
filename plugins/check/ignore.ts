/**
 * Findings that somebody has looked at and accepts: `# modi-check-ignore MODI_CHECK_X: why` at the end of the line, or
 * on a line of its own above it. Codes are named one by one; there is no way to ignore everything.
 */
export function ignoredAt(text: string): (line: number, code: string) => boolean {
  const lines = text.split('\n');
  const codesOf = (line: number): readonly string[] => {
    const [, codes = ''] = /#\s*modi-check-ignore\s+([A-Z0-9_, ]+)/.exec(lines[line - 1] ?? '') ?? [];
    return codes.split(/[\s,]+/);
  };
  const isComment = (line: number): boolean => /^\s*#/.test(lines[line - 1] ?? '');
  return (line, code) => {
    if (codesOf(line).includes(code)) return true;
    for (let above = line - 1; above > 0 && isComment(above); above -= 1) {
      if (codesOf(above).includes(code)) return true;
    }
    return false;
  };
}
