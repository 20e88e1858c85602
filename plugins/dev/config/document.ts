import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { toByteString, toText } from '../byte-strings';
import type { Path } from '../schema';
import { suggest, type ConfigProblem } from './problems';

/** A text as parsed: what costs time, and is the same for all who read it. */
export interface ParsedText {
  readonly document: Document;
  readonly lines: LineCounter;
  /** Plain JSON with byte strings; undefined when there are faults. */
  readonly content: unknown;
  readonly faults: readonly { readonly offset: number; readonly problem: string }[];
}

export function parseText(text: string): ParsedText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false, logLevel: 'error' });
  const faults = document.errors.map(({ pos, message }) => ({ offset: pos[0], problem: message }));
  if (faults.length > 0) return { document, lines, content: undefined, faults };
  try {
    return { document, lines, content: withByteStrings(document.toJS({ maxAliasCount: 1000 })), faults };
  } catch (error) {
    return { document, lines, content: undefined, faults: [{ offset: 0, problem: (error as Error).message }] };
  }
}

/** A kong.yml as parsed: its content as plain JSON with byte strings, and where each part of it stands. */
export class ConfigDocument {
  readonly file: string;
  readonly content: unknown;
  readonly problems: ConfigProblem[] = [];
  private readonly document: Document;
  private readonly lines: LineCounter;

  constructor(text: string, file: string, parsed: ParsedText = parseText(text)) {
    this.file = file;
    ({ document: this.document, lines: this.lines, content: this.content } = parsed);
    for (const { offset, problem } of parsed.faults) {
      this.problems.push({ file, ...this.place(offset), field: '', problem });
    }
  }

  /** Notes a fault at a path. A name that has no place there is pointed at by its key, anything else by its value. */
  readonly report = (path: Path, problem: string, names?: readonly string[]): void => {
    const offset = this.offset(path, isAboutTheName(problem));
    const wrong = names === undefined ? '' : this.wrongName(path, problem);
    this.problems.push({
      file: this.file,
      ...this.place(offset),
      field: dotted(path),
      problem: toText(problem),
      ...suggest(wrong, names?.map(toText)),
    });
  };

  /** Where a path begins, or the nearest part above it that is written; lines and columns count from 1. */
  placeOf(path: Path, atKey = false): { line: number; column: number } {
    return this.place(this.offset(path, atKey));
  }

  /** What stands at a path: the name of the member and its value, each with its range in the text. */
  nodesAt(path: Path): FoundNodes | undefined {
    let found: FoundNodes | undefined = { value: this.resolve(this.document.contents) };
    for (const step of path) found = found && this.child(this.resolve(found.value), step);
    return found;
  }

  /** What the operator wrote: the name of the field, or the value when the value is the wrong name. */
  private wrongName(path: Path, problem: string): string {
    if (problem === 'unknown field') return toText(String(path.at(-1) ?? ''));
    const found = path.reduce<unknown>(
      (value, step) =>
        value === null || typeof value !== 'object' ? undefined : (value as Record<string, unknown>)[step],
      this.content,
    );
    return typeof found === 'string' ? toText(found) : '';
  }

  private offset(path: Path, atKey: boolean): number {
    let node = this.resolve(this.document.contents);
    let offset = node?.range?.[0] ?? 0;
    for (const [depth, step] of path.entries()) {
      const found = this.child(node, step);
      if (found === undefined) return offset;
      const { key, value } = found;
      const last = depth === path.length - 1;
      offset = (last && atKey ? key : value)?.range?.[0] ?? key?.range?.[0] ?? offset;
      node = this.resolve(value);
    }
    return offset;
  }

  private child(node: Node | undefined, step: string | number): FoundNodes | undefined {
    if (isSeq(node)) {
      const value = node.items[Number(step)];
      return isNode(value) ? { value } : undefined;
    }
    if (!isMap(node)) return undefined;
    const pair = node.items.find(({ key }) => isScalar(key) && toByteString(String(key.value)) === step);
    if (pair === undefined) return undefined;
    return {
      ...(isNode(pair.key) ? { key: pair.key } : {}),
      ...(isNode(pair.value) ? { value: pair.value } : {}),
    };
  }

  private resolve(node: unknown): Node | undefined {
    if (isAlias(node)) return node.resolve(this.document);
    return isNode(node) ? node : undefined;
  }

  private place(offset: number): { line: number; column: number } {
    const { line, col } = this.lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}

interface FoundNodes {
  readonly key?: Node;
  readonly value?: Node | undefined;
}

const isAboutTheName = (problem: string): boolean => problem === 'unknown field' || problem.startsWith('needs Kong');

/** `services[1].routes[2].name`, places counted from 1 as Kong's own messages do. */
export function dotted(path: Path): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step + 1}]` : `${index === 0 ? '' : '.'}${toText(step)}`))
    .join('');
}

function withByteStrings(value: unknown): unknown {
  if (typeof value === 'string') return toByteString(value);
  if (Array.isArray(value)) return value.map(withByteStrings);
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [toByteString(key), withByteStrings(member)]));
}
