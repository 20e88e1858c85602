import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { RULES } from '../../../plugins/check';
import { isModiCode } from '../../../plugins/core/errors';
import { CATALOGUE, GROUPS } from '../../../plugins/cli/catalogue';
import { CLI_CODES } from '../../../plugins/cli/explain';
import type { FieldSchema, NamedField } from '../../../plugins/dev/schema';
import type { PluginCatalogue } from '../../../plugins/dev/config';
import { anchorsOf, codeWords, readPage, ROOT, type Page } from './pages';

/** Each check answers what is wrong in a page, with its place; nothing when the page tells the truth. */
export type Complaints = readonly string[];

/** Links to files of the repository, and to headings in them, lead somewhere. */
export function wrongLinks(page: Page): Complaints {
  return linksOf(page).flatMap(({ target, line }) => {
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? page.name : normalize(join(dirname(page.name), path));
    if (!existsSync(join(ROOT, file))) return [`${page.name}:${line}: there is no ${file}`];
    if (anchor === undefined) return [];
    const there = file === page.name ? page : readPage(file);
    return anchorsOf(there).has(anchor) ? [] : [`${page.name}:${line}: ${file} has no heading #${anchor}`];
  });
}

export const linksOf = ({ prose }: Page): readonly { readonly target: string; readonly line: number }[] =>
  prose.flatMap(({ text, line }) =>
    [...text.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => ({ target, line }))
      .filter(({ target }) => !/^[a-z]+:/.test(target)),
  );

/** Blocks that some test looks into, and pictures; `yml` is what is no kong.yml. What is in another language would go untested. */
const LANGUAGES = ['sh', 'console', 'yaml', 'ini', 'text', 'yml'];

export const untestedBlocks = ({ name, fences }: Page): Complaints =>
  fences
    .filter(({ language }) => !LANGUAGES.includes(language))
    .map(({ language, line }) => `${name}:${line}: no test reads blocks of "${language}"`);

/** Names of environment variables; they look like codes. */
const ENVIRONMENT = /process\.env\[['"](MODI_[A-Z_]+)['"]\]/g;
const KNOWN_ENVIRONMENT = new Set(
  ['plugins/core/trust/source-files.ts', 'spec/support/gateways/index.ts', 'spec/support/redis/server.ts']
    .flatMap((file) => [...readFileSync(join(ROOT, file), 'utf8').matchAll(ENVIRONMENT)])
    .map(([, name]) => name),
);

const CHECK_CODES: ReadonlySet<string> = new Set(RULES.map(({ code }) => code));

/** Codes are in the table, wherever they stand, in prose or in a block. */
export function unknownCodes(page: Page): Complaints {
  const places = [...page.prose, ...page.fences];
  return places.flatMap(({ text, line }) =>
    [...text.matchAll(/\b(?:MODI|CLI)_[A-Z0-9_]*[A-Z0-9]\b/g)]
      .map(([code]) => code)
      .filter(
        (code) =>
          !isModiCode(code) &&
          !Object.hasOwn(CLI_CODES, code) &&
          !CHECK_CODES.has(code) &&
          !KNOWN_ENVIRONMENT.has(code),
      )
      .map((code) => `${page.name}:${line}: there is no ${code}`),
  );
}

/** `config.a.b` is a field of some plugin. */
export function unknownFields(page: Page, catalogue: PluginCatalogue): Complaints {
  const known = [...catalogue.values()].map(({ fields }) => fields);
  return codeWords(page).flatMap(({ text, line }) =>
    [...text.matchAll(/\bconfig((?:\.[a-z_0-9]+)+)/g)]
      .map(([, path = '']) => path.slice(1).split('.'))
      .filter((path) => !known.some((fields) => hasField(fields, path)))
      .map((path) => `${page.name}:${line}: no plugin has config.${path.join('.')}`),
  );
}

function hasField(fields: readonly NamedField[] | undefined, [name = '', ...rest]: readonly string[]): boolean {
  const field: FieldSchema | undefined = fields?.find((one) => name in one)?.[name];
  return field !== undefined && (rest.length === 0 || hasField(field.fields, rest));
}

const SCRIPTS = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> })
  .scripts;
const NPM_OWN = ['ci', 'install', 'pack'];

/** What a line of `npm` asks for exists. */
export function unknownNpm(command: string): Complaints {
  return command.split('&&').flatMap((part) => {
    const [npm, verb = '', name = ''] = part.trim().split(/\s+/);
    if (npm !== 'npm') return [];
    const script = verb === 'run' ? name : verb;
    return script in SCRIPTS || (verb !== 'run' && NPM_OWN.includes(verb)) ? [] : [`npm has no script "${script}"`];
  });
}

/** `npm …` and `modi …` in prose name scripts, commands and options that exist. */
export async function unknownCommands(page: Page): Promise<Complaints> {
  const found = await Promise.all(
    codeWords(page).map(async ({ text, line }) =>
      [...unknownNpm(text), ...(await unknownModi(text))].map((problem) => `${page.name}:${line}: ${problem}`),
    ),
  );
  return found.flat();
}

const EVERYWHERE = ['--help', '--lang', '--no-color', '--debug'];

async function unknownModi(text: string): Promise<Complaints> {
  const [, name = '', verb = '', rest = ''] = /^(?:npx )?modi ([a-z]+)\b(?: ([a-z][a-z-]*)\b)?(.*)$/.exec(text) ?? [];
  if (name === '') return [];
  const entry = CATALOGUE[`${name} ${verb}`] ?? CATALOGUE[name];
  if (entry === undefined) return name in GROUPS && verb === '' ? [] : [`modi has no command "${name} ${verb}"`];
  const options = (await entry.load()).options.map(({ flags }) => flags.split(' ')[0]);
  return [...rest.matchAll(/(?<=\s)--[a-z-]+/g)]
    .map(([flag]) => flag)
    .filter((flag) => ![...options, ...EVERYWHERE].includes(flag))
    .map((flag) => `modi ${name} has no ${flag}`);
}

/** A test that a page calls as witness is there: each “title” behind a link to its file stands in that file. */
export function missingWitnesses({ name, prose }: Page): Complaints {
  return prose.flatMap(({ text, line }) =>
    [...text.matchAll(/\]\(([^)\s]+\.ts)\)([^[]*)/g)].flatMap(([, target = '', behind = '']) => {
      const file = normalize(join(dirname(name), target));
      const source = existsSync(join(ROOT, file)) ? readFileSync(join(ROOT, file), 'utf8') : '';
      return [...behind.matchAll(/“([^”]+)”/g)]
        .map(([, title = '']) => title)
        .filter((title) => !source.includes(title))
        .map((title) => `${name}:${line}: ${file} has no test “${title}”`);
    }),
  );
}
