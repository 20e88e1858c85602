import { CommanderError } from 'commander';
import { CATALOGUE } from './catalogue';
import { buildProgram } from './program';
import { CliError } from './shell/cli-error';
import { Context } from './shell/context';
import { EXIT } from './shell/exit-codes';
import type { Host } from './shell/host';
import { languageOf } from './shell/language';
import { usageMessage } from './shell/usage-message';

/** Runs one command line (without `node` and script) and answers the exit code. Never throws. */
export async function runCli(argv: readonly string[], host: Host): Promise<number> {
  const context = new Context(host, {
    language: languageOf(argv, host.env),
    colour: !argv.includes('--no-color'),
    debug: argv.includes('--debug'),
  });
  const wanted = commandIn(argv);
  try {
    const program = await buildProgram(context, wanted === undefined ? [] : [wanted]);
    await program.root.parseAsync(argv, { from: 'user' });
    return program.exitCode();
  } catch (error) {
    if (isAnswered(error)) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    return report(asCliError(error, wanted), argv, context);
  }
}

/** The command: the first word, or pair of words, that is neither an option, nor the value of one, nor `help`. */
function commandIn(argv: readonly string[]): string | undefined {
  const words = argv.filter((word, index) => !word.startsWith('-') && argv[index - 1] !== '--lang' && word !== 'help');
  return words
    .flatMap((word, index) => [`${word} ${words[index + 1] ?? ''}`, word])
    .find((name) => Object.hasOwn(CATALOGUE, name));
}

/** Help and version are no errors: commander has printed them already. */
const isAnswered = (error: unknown): error is CommanderError =>
  error instanceof CommanderError &&
  ['commander.help', 'commander.helpDisplayed', 'commander.version'].includes(error.code);

function asCliError(error: unknown, command: string | undefined): CliError {
  if (error instanceof CliError) return error;
  if (error instanceof CommanderError) {
    const { en, it } = usageMessage(error);
    const help = command === undefined ? 'modi --help' : `modi ${command} --help`;
    return new CliError('CLI_USAGE', { en: `${en}; see ${help}`, it: `${it}; vedi ${help}` }, { cause: error });
  }
  const found = error instanceof Error ? error.message : String(error);
  return new CliError(
    'CLI_INTERNAL',
    {
      en: `unexpected error: ${found}; run again with --debug`,
      it: `errore inatteso: ${found}; riprovare con --debug`,
    },
    { cause: error },
  );
}

/** One line with the code at its end; JSON when the result was to be JSON; the stack only with --debug. */
function report(error: CliError, argv: readonly string[], context: Context): number {
  const message = context.text(error.text).replaceAll(/\s*\n\s*/g, ' ');
  if (wantsJson(argv)) context.say(JSON.stringify({ schema: 'modi.error/1', code: error.code, message }));
  else context.say(`${context.errorStyle.bad('modi:')} ${message}  ${error.code}`);
  for (let cause: unknown = error; context.debug && cause instanceof Error; cause = cause.cause) {
    context.say(cause.stack ?? cause.message);
  }
  return error.exitCode;
}

const wantsJson = (argv: readonly string[]): boolean =>
  argv.includes('--output=json') || argv.some((word, index) => word === 'json' && argv[index - 1] === '--output');
