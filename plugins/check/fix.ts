import { isMap, isNode, isScalar, isSeq, parseDocument, stringify, type Document, type Node, type YAMLMap } from 'yaml';
import type { Finding, Path } from './types';

type Value = string | number | boolean | readonly Value[] | { readonly [name: string]: Value };

/** How a finding is mended, where that cannot hurt. */
export type Fix =
  | { readonly kind: 'set'; readonly path: Path; readonly value: Value }
  | { readonly kind: 'add-plugin'; readonly owner: Path; readonly plugin: { readonly [name: string]: Value } };

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Mends what can be mended and answers the new text. Only the places that change are written: comments, order and form
 * of all the rest stay as they are. What stands behind a YAML alias is left alone, since it stands in other places too.
 */
export function applyFixes(text: string, findings: readonly Finding[]): string {
  const document = parseDocument(text);
  const edits = new Map<string, Edit>();
  for (const { fix } of findings) {
    const edit = fix && editOf(fix, document, text);
    if (edit !== undefined) edits.set(JSON.stringify(edit), edit);
  }
  const backwards = [...edits.values()].toSorted((one, other) => other.start - one.start);
  return backwards.reduce((whole, { start, end, text: put }) => whole.slice(0, start) + put + whole.slice(end), text);
}

function editOf(fix: Fix, document: Document, text: string): Edit | undefined {
  if (fix.kind === 'add-plugin') return pluginEdit(fix, document, text);
  const { path, value } = fix;
  const old = nodeAt(document, path);
  const [start, end] = old?.range ?? [];
  if (start !== undefined && end !== undefined) return { start, end, text: inline(value) };
  const owner = nodeAt(document, path.slice(0, -1));
  return isMap(owner) ? memberEdit(owner, String(path.at(-1) ?? ''), value, text) : undefined;
}

function pluginEdit(
  { owner, plugin }: Fix & { kind: 'add-plugin' },
  document: Document,
  text: string,
): Edit | undefined {
  const map = nodeAt(document, owner);
  if (!isMap(map)) return undefined;
  if (!map.has('plugins')) return memberEdit(map, 'plugins', [plugin], text);
  const list = nodeAt(document, [...owner, 'plugins']);
  if (!isSeq(list)) return undefined;
  const [start, end] = list.range ?? [0, 0];
  if (list.flow === true) {
    const glue = list.items.length === 0 ? '' : ', ';
    return { start: end - 1, end: end - 1, text: glue + inline(plugin) };
  }
  return behind(list, text, indented([plugin], columnOf(text, start)));
}

function memberEdit(map: YAMLMap, name: string, value: Value, text: string): Edit | undefined {
  const [first] = map.items;
  const [start, end] = map.range ?? [0, 0];
  if (map.flow === true) {
    const glue = first === undefined ? ' ' : ', ';
    const last = lastPlaceOf(first === undefined ? undefined : map.items.at(-1)?.value);
    return { start: last ?? end - 1, end: last ?? end - 1, text: `${glue}${name}: ${inline(value)}` };
  }
  const column = columnOf(text, start);
  const lines = indented({ [name]: value }, column);
  const head = first?.value;
  if (isScalar(head) || (isSeq(head) && head.flow === true)) return behind(head, text, lines);
  return { start, end: start, text: `${lines}\n${' '.repeat(column)}` };
}

/** On the line after the one on which the node ends. */
function behind(node: Node, text: string, lines: string): Edit | undefined {
  const last = lastPlaceOf(node);
  if (last === undefined) return undefined;
  const lineEnd = text.indexOf('\n', last);
  const place = lineEnd === -1 ? text.length : lineEnd;
  const column = /^ */.exec(lines)?.[0].length ?? 0;
  return { start: place, end: place, text: `\n${' '.repeat(column)}${lines.slice(column)}` };
}

/** Where the last thing written inside a node ends; block collections reach over the empty lines behind them. */
function lastPlaceOf(node: unknown): number | undefined {
  if (isMap(node) && node.flow !== true) {
    const last = node.items.at(-1);
    return lastPlaceOf(last?.value ?? last?.key);
  }
  if (isSeq(node) && node.flow !== true) return lastPlaceOf(node.items.at(-1));
  return isNode(node) ? node.range?.[1] : undefined;
}

function nodeAt(document: Document, path: Path): Node | undefined {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  return isMap(node) || isSeq(node) || isScalar(node) ? node : undefined;
}

const columnOf = (text: string, offset: number): number => offset - (text.lastIndexOf('\n', offset - 1) + 1);

/** On one line, spaced as formatters do it. */
function inline(value: Value): string {
  if (Array.isArray(value)) return `[${(value as readonly Value[]).map(inline).join(', ')}]`;
  if (typeof value !== 'object') return stringify(value, { lineWidth: 0, singleQuote: true }).trimEnd();
  return `{ ${Object.entries(value)
    .map(([name, one]) => `${name}: ${inline(one)}`)
    .join(', ')} }`;
}

/** Block YAML whose lists of texts stay on one line, every line indented. */
function indented(value: Value, column: number): string {
  return block(value)
    .map((line) => ' '.repeat(column) + line)
    .join('\n');
}

function block(value: Value): string[] {
  if (Array.isArray(value)) {
    return (value as readonly Value[]).flatMap((one) => {
      const [head = '', ...rest] = block(one);
      return [`- ${head}`, ...rest.map((line) => `  ${line}`)];
    });
  }
  if (typeof value !== 'object') return [inline(value)];
  return Object.entries(value).flatMap(([name, one]) => {
    const isText = (inner: Value): boolean => typeof inner !== 'object';
    if (isText(one) || (Array.isArray(one) && (one as readonly Value[]).every(isText)))
      return [`${name}: ${inline(one)}`];
    return [`${name}:`, ...block(one).map((line) => `  ${line}`)];
  });
}
