import type { Fence } from './pages';

/** One command of a block, and what the page says comes out. */
export interface Command {
  readonly line: string;
  /** Line of the page. */
  readonly at: number;
  /** The exit code that the page promises with `# exits N` behind the command; 0 when it says nothing. */
  readonly exits: number;
  /** Printed lines, `…` for any number of lines; undefined in a block that shows no output. */
  readonly output: string | undefined;
}

/** The commands of a `sh` block (every line) or of a `console` block (lines after `$ `, the rest is output). */
export function commandsIn({ language, text, line: first }: Fence): readonly Command[] {
  const lines = text.split('\n').map((content, index) => ({ content, at: first + index }));
  return language === 'console' ? consoleCommands(lines) : shellCommands(lines);
}

interface Line {
  readonly content: string;
  readonly at: number;
}

function shellCommands(lines: readonly Line[]): Command[] {
  const commands: Command[] = [];
  let begun: Line | undefined;
  for (const { content, at } of lines) {
    const joined: Line =
      begun === undefined ? { content, at } : { content: `${begun.content}${content.trim()}`, at: begun.at };
    begun = undefined;
    if (joined.content.endsWith('\\')) begun = { ...joined, content: joined.content.slice(0, -1) };
    else if (joined.content.trim() !== '' && !joined.content.trim().startsWith('#'))
      commands.push(command(joined, undefined));
  }
  if (begun !== undefined) throw new Error(`line ${begun.at}: the command goes on after the block`);
  return commands;
}

function consoleCommands(lines: readonly Line[]): Command[] {
  const starts = lines.flatMap(({ content }, index) => (content.startsWith('$ ') ? [index] : []));
  if (starts[0] !== 0) throw new Error(`line ${lines[0]?.at ?? 0}: a console block begins with a command after "$ "`);
  return starts.map((start, index) => {
    const { content, at } = lines[start] ?? { content: '', at: 0 };
    const output = lines.slice(start + 1, starts[index + 1]).map((line) => line.content);
    return command({ content: content.slice(2), at }, output.join('\n'));
  });
}

function command({ content, at }: Line, output: string | undefined): Command {
  const [, line = '', exits = '0'] = /^(.*?)(?:\s+#\s+exits (\d+))?$/.exec(content.trim()) ?? [];
  return { line, at, exits: Number(exits), output };
}

/** What is another each time: addresses, ids, times, tokens, sizes that depend on them. */
const VARIABLE: readonly (readonly [RegExp, string])[] = [
  [/127\.0\.0\.1:\d+/g, 'ADDRESS'],
  [/eyJ[\w.-]+(?:…[\w-]+)?/g, 'TOKEN'],
  [/\(\d+\)$/g, '(SIZE)'],
  [/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID'],
  [/\b[0-9a-f]{32}\b/g, 'ID'],
  [/(?<![\w/+=-])[\w-]{43}(?![\w/+=-])/g, 'THUMBPRINT'],
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME'],
  [/[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]+ GMT/g, 'DATE'],
  [/\b((?:Content-Length|X-Kong-[A-Za-z-]*Latency): )\d+/gi, '$1N'],
  [/\b\d+ (s|days)(?= ago|\)|$)/g, 'N $1'],
];

const withoutVariables = (text: string): string =>
  VARIABLE.reduce((masked, [pattern, name]) => masked.replace(pattern, name), text.trimEnd());

/** Whether what was printed is what the page shows. A line `…` stands for any number of lines. */
export function printsAsShown(shown: string, printed: string): boolean {
  const masked = (text: string): string[] => text.replaceAll('\r', '').trimEnd().split('\n').map(withoutVariables);
  return fits(masked(shown), masked(printed));
}

function fits(wanted: readonly string[], found: readonly string[]): boolean {
  const [next, ...rest] = wanted;
  if (next === undefined) return found.length === 0;
  if (next === '…') return found.some((_, index) => fits(rest, found.slice(index))) || fits(rest, []);
  return found[0] === next && fits(rest, found.slice(1));
}
