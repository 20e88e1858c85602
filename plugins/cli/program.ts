import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import type { Localized } from '../core/errors';
import { CATALOGUE, GROUPS } from './catalogue';
import type { CommandDefinition } from './shell/command';
import type { Context } from './shell/context';
import { helpConfiguration, helpFooter } from './shell/help';
import { Values } from './shell/values';

export interface Program {
  readonly root: Command;
  /** The exit code of the command that ran. */
  readonly exitCode: () => number;
}

/** The whole of `modi` as commander sees it. Of the commands only `wanted` are loaded; the others have a summary. */
export async function buildProgram(context: Context, wanted: readonly string[]): Promise<Program> {
  let exitCode = 0;
  const finish = (code: number) => {
    exitCode = code;
  };
  const root = rootCommand(context);
  for (const [name, entry] of Object.entries(CATALOGUE)) {
    const [verb = name, group] = name.split(' ').toReversed();
    const parent = group === undefined ? root : groupOf(group, root, context);
    const command = parent.command(verb).summary(context.text(entry.summary));
    command.helpOption('-h, --help', context.text(HELP));
    if (wanted.includes(name)) declare(command, await entry.load(), context, finish);
  }
  return { root, exitCode: () => exitCode };
}

/** The word before the verb, as in `modi audit verify`; alone it prints its help. */
function groupOf(name: string, root: Command, context: Context): Command {
  const known = root.commands.find((command) => command.name() === name);
  if (known !== undefined) return known;
  const group = root.command(name).helpOption('-h, --help', context.text(HELP)).helpCommand(false);
  const about = GROUPS[name];
  return about === undefined ? group : group.summary(context.text(about)).description(context.text(about));
}

function rootCommand(context: Context): Command {
  const { host } = context;
  return new Command('modi')
    .description(context.text(ABOUT))
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        host.stdout.write(text);
      },
      writeErr: (text) => {
        host.stderr.write(text);
      },
      // The caller of the program prints the error, in one line and in the user's language.
      outputError: () => undefined,
    })
    .configureHelp(helpConfiguration(context.language))
    .showSuggestionAfterError()
    .helpOption('-h, --help', context.text(HELP))
    .helpCommand('help [command]', context.text(HELP))
    .version(version(), '-V, --version', context.text({ en: 'print the version', it: 'stampa la versione' }))
    .addOption(new Option('--lang <LANGUAGE>', context.text(LANG)).choices(['en', 'it']))
    .option('--no-color', context.text({ en: 'no colours', it: 'senza colori' }))
    .option('--debug', context.text({ en: 'show stack traces of errors', it: 'mostra lo stack degli errori' }));
}

function declare(
  command: Command,
  definition: CommandDefinition,
  context: Context,
  finish: (code: number) => void,
): void {
  const text = (localized: Localized) => context.text(localized);
  command.description(text(definition.about));
  for (const { name, about } of definition.arguments ?? []) command.addArgument(new Argument(name, text(about)));
  for (const declaration of definition.options) {
    const option = new Option(
      declaration.flags,
      text(declaration.about) + (declaration.repeat ? ` ${text(REPEATABLE)}` : ''),
    );
    if (declaration.choices) option.choices(declaration.choices);
    if (declaration.default !== undefined) option.default(declaration.default);
    if (declaration.repeat) option.argParser(repeated(declaration.choices));
    command.addOption(option);
  }
  command.addHelpText('after', helpFooter(definition, context.language));
  command.action(async () => {
    const positional = command.args.map(String);
    finish(await definition.run(new Values(positional, command.optsWithGlobals()), context));
  });
}

/** Collects the values of an option that may stand several times; its own parser replaces commander's check of choices. */
const repeated =
  (choices: readonly string[] | undefined) =>
  (value: string, before: readonly string[] | undefined): readonly string[] => {
    if (choices?.includes(value) === false)
      throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`);
    return [...(before ?? []), value];
  };

/** Read only when asked for. The file stands two levels above both the source and the build. */
function version(): string {
  const manifest = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { version: string };
  return manifest.version;
}

const REPEATABLE: Localized = { en: '(repeatable)', it: '(ripetibile)' };
const HELP: Localized = { en: 'print this help', it: 'stampa questo aiuto' };
const LANG: Localized = {
  en: 'language of help and reports (default: from LANG)',
  it: 'lingua di aiuto e rapporti (predefinita: da LANG)',
};
const ABOUT: Localized = {
  en: 'ModI for Kong: keys, tokens, calls and verdicts of the Italian interoperability model.',
  it: 'ModI per Kong: chiavi, token, chiamate e verdetti del modello di interoperabilità.',
};
