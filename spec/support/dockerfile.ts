/** One instruction of a Dockerfile, its continued lines joined. */
export interface Instruction {
  readonly name: string;
  /** Flags such as --from=build, without the dashes. */
  readonly flags: ReadonlyMap<string, string>;
  readonly text: string;
  readonly line: number;
}

/** From one FROM to the next. */
export interface Stage {
  readonly image: string;
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

export interface Dockerfile {
  /** What stands before the first FROM: ARG. */
  readonly globals: readonly Instruction[];
  readonly stages: readonly Stage[];
}

/** Takes a Dockerfile apart as far as the tests need it: no heredocs, no parser directives. */
export function parseDockerfile(text: string): Dockerfile {
  const instructions = joined(text).map(({ content, line }) => instruction(content, line));
  const starts = instructions.flatMap(({ name }, index) => (name === 'FROM' ? [index] : []));
  return {
    globals: instructions.slice(0, starts[0]),
    stages: starts.map((start, index) => {
      const [image = '', , name] = (instructions[start]?.text ?? '').split(/\s+/);
      return { image, name, instructions: instructions.slice(start + 1, starts[index + 1]) };
    }),
  };
}

function joined(text: string): readonly { readonly content: string; readonly line: number }[] {
  const found: { content: string; line: number }[] = [];
  let open: { content: string; line: number } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*(?:#|$)/.test(line)) continue;
    const content: string = (open?.content ?? '') + line.replace(/\\$/, '').trim();
    const at = open?.line ?? index + 1;
    if (line.endsWith('\\')) open = { content: `${content} `, line: at };
    else {
      found.push({ content, line: at });
      open = undefined;
    }
  }
  return found;
}

function instruction(content: string, line: number): Instruction {
  const [, name = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(content) ?? [];
  const flags = new Map<string, string>();
  let text = rest;
  for (;;) {
    const [whole, flag, value = ''] = /^--([\w-]+)(?:=(\S*))?\s+/.exec(text) ?? [];
    if (whole === undefined || flag === undefined) break;
    flags.set(flag, value);
    text = text.slice(whole.length);
  }
  return { name: name.toUpperCase(), flags, text, line };
}

/** Sources and target of a COPY. */
export function copyOf({ text }: Instruction): { readonly sources: readonly string[]; readonly target: string } {
  const words = text.split(/\s+/);
  return { sources: words.slice(0, -1), target: words.at(-1) ?? '' };
}
