import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(__dirname, '../../..');

/** A fenced block of a page. `line` is the line of its first content, counted from one. */
export interface Fence {
  readonly language: string;
  readonly text: string;
  readonly line: number;
}

/** A page as its reader sees it: prose, and blocks of code. */
export interface Page {
  /** Path from the root of the repository. */
  readonly name: string;
  readonly fences: readonly Fence[];
  /** The lines outside of blocks, each with its number. */
  readonly prose: readonly { readonly text: string; readonly line: number }[];
}

const markdownIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));

/** Every page that is written for users: the four of the root, docs, and the page of each plugin. */
export const PAGE_NAMES: readonly string[] = [
  ...['README.md', 'SECURITY.md', 'CHANGELOG.md', 'CONTRIBUTING.md'],
  ...markdownIn('docs'),
  ...readdirSync(join(ROOT, 'plugins'))
    .map((plugin) => join('plugins', plugin, 'README.md'))
    .filter((name) => existsSync(join(ROOT, name))),
];

export const readPage = (name: string): Page => parsePage(name, readFileSync(join(ROOT, name), 'utf8'));

export const allPages = (): readonly Page[] => PAGE_NAMES.map(readPage);

/** Takes Markdown apart as far as the checks need it. @throws Error for a block that is never closed. */
export function parsePage(name: string, markdown: string): Page {
  const fences: Fence[] = [];
  const prose: { text: string; line: number }[] = [];
  let open: { language: string; lines: string[]; line: number; indent: string } | undefined;
  for (const [index, text] of markdown.split('\n').entries()) {
    const [, indent = '', language = ''] = /^(\s*)```(\S*)\s*$/.exec(text) ?? [];
    const isMark = /^\s*```\S*\s*$/.test(text);
    if (open === undefined) {
      if (isMark) open = { language, lines: [], line: index + 2, indent };
      else prose.push({ text, line: index + 1 });
    } else if (isMark) {
      fences.push({ language: open.language, line: open.line, text: open.lines.join('\n') });
      open = undefined;
    } else open.lines.push(text.startsWith(open.indent) ? text.slice(open.indent.length) : text);
  }
  if (open !== undefined) throw new Error(`${name}:${open.line}: the block is never closed`);
  return { name, fences, prose };
}

/** The `code` words of the prose, each with its line. */
export const codeWords = ({ prose }: Page): readonly { readonly text: string; readonly line: number }[] =>
  prose.flatMap(({ text, line }) => [...text.matchAll(/`([^`]+)`/g)].map(([, word = '']) => ({ text: word, line })));

/** The ids that headings get on the usual Git hosts. */
export const anchorsOf = ({ prose }: Page): ReadonlySet<string> =>
  new Set(
    prose.flatMap(({ text }) => {
      const [, heading] = /^#{1,6}\s+(.+)$/.exec(text) ?? [];
      return heading === undefined ? [] : [slug(heading)];
    }),
  );

const slug = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
