import { copyOf, type Dockerfile, type Instruction, type Stage } from '../support/dockerfile';

/** What is wrong, with the line. */
type Rule = (file: Dockerfile) => readonly string[];

const at = ({ line }: Instruction, problem: string): string => `line ${line}: ${problem}`;
const all = ({ stages, globals }: Dockerfile): readonly Instruction[] => [
  ...globals,
  ...stages.flatMap(({ instructions }) => instructions),
];
const named = (stage: Stage | undefined, ...names: readonly string[]): readonly Instruction[] =>
  (stage?.instructions ?? []).filter(({ name }) => names.includes(name));
const last = ({ stages }: Dockerfile): Stage | undefined => stages.at(-1);
const matching =
  (pattern: RegExp, problem: string, names: readonly string[]): Rule =>
  (file) =>
    all(file)
      .filter(({ name, text }) => names.includes(name) && pattern.test(text))
      .map((one) => at(one, problem));

/**
 * Rules of hadolint (by its numbers) that catch what goes wrong in images like ours, and some of our own. Its program is
 * not on the npm registry; packages of its name there fetch a binary from elsewhere, or have not been kept for years.
 */
export const RULES: Readonly<Record<string, Rule>> = {
  'DL3000 WORKDIR is absolute': matching(/^[^/]/, 'a relative WORKDIR', ['WORKDIR']),
  'DL3002 the image does not run as root': (file) => {
    const user = named(last(file), 'USER').at(-1)?.text ?? 'root';
    return /^(?:root|0)(?::|$)/.test(user) ? ['the last USER is root'] : [];
  },
  'DL3003 no cd, WORKDIR instead': matching(/(?:^|[;&]\s*)cd\s/, 'cd', ['RUN']),
  'DL3004 no sudo': matching(/\bsudo\b/, 'sudo', ['RUN']),
  'DL3006 DL3007 every image has a tag, not latest': (file) =>
    images(file).flatMap((image) => (/:(?!latest)[\w.-]+(?:@sha256:[0-9a-f]{64})?$/.test(image) ? [] : [image])),
  'DL3020 COPY, not ADD': matching(/./, 'ADD', ['ADD']),
  'DL3022 COPY --from names a stage': (file) =>
    file.stages.flatMap((stage, index) =>
      named(stage, 'COPY')
        .filter(({ flags }) => flags.has('from'))
        .filter(({ flags }) => !file.stages.slice(0, index).some(({ name }) => name === flags.get('from')))
        .map((one) => at(one, `no stage ${one.flags.get('from') ?? ''} before`)),
    ),
  'DL3025 programs are started without a shell': matching(/^(?!\[|CMD \[)/, 'no JSON', [
    'CMD',
    'ENTRYPOINT',
    'HEALTHCHECK',
  ]),
  'DL3045 COPY to an absolute path, or after WORKDIR': (file) =>
    file.stages.flatMap((stage) => {
      const workdir = named(stage, 'WORKDIR')[0]?.line ?? Infinity;
      return named(stage, 'COPY')
        .filter((one) => !copyOf(one).target.startsWith('/') && one.line < workdir)
        .map((one) => at(one, 'relative, and no WORKDIR before'));
    }),
  'DL3057 there is a HEALTHCHECK': (file) => (named(last(file), 'HEALTHCHECK').length === 1 ? [] : ['none']),
  'DL3059 one RUN after another is one': (file) =>
    file.stages.flatMap(({ instructions }) =>
      instructions
        .filter(({ name }, index) => name === 'RUN' && instructions[index - 1]?.name === 'RUN')
        .map((one) => at(one, 'a second RUN in a row')),
    ),
  'DL4006 no pipe, whose first half may fail unseen': matching(/[^|]\|[^|]/, 'a pipe', ['RUN']),
  'no secret as argument or variable': matching(/(?:password|passwd|secret|token|_key)\w*/i, 'a secret', [
    'ARG',
    'ENV',
  ]),
  'npm keeps to the lockfile and runs no script of a dependency': (file) =>
    all(file)
      .filter(({ name, text }) => name === 'RUN' && /\bnpm (?:i|install|ci|prune)\b/.test(text))
      .filter(({ text }) => /\bnpm (?:i|install)\b/.test(text) || !text.includes('--ignore-scripts'))
      .map((one) => at(one, one.text)),
  'no tool that builds or fetches in the image that runs': (file) =>
    named(last(file), 'RUN')
      .filter(({ text }) => /\b(?:apt|apt-get|apk|yum|npm|npx|pip|curl|wget|gcc|make)\b/.test(text))
      .map((one) => at(one, one.text)),
  'every image can be pinned by an argument': ({ stages }) =>
    stages.filter(({ image }) => !/^\$\{\w+\}$/.test(image)).map(({ image }) => image),
};

/** The images, arguments replaced by their defaults. */
function images({ globals, stages }: Dockerfile): readonly string[] {
  const defaults = new Map(globals.map(({ text }) => text.split('=') as [string, string]));
  return stages.map(({ image }) => image.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => defaults.get(name) ?? ''));
}
