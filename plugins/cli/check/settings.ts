import { parseKongConf, type CheckSettings } from '../../check';
import { usageError } from '../shell/cli-error';
import type { OptionDeclaration } from '../shell/command';
import type { Context } from '../shell/context';
import { readFile } from '../shell/input';
import type { Values } from '../shell/values';

/** What `modi check` wants to know of the place where the configuration is going to run. */
export const SETTING_OPTIONS: readonly OptionDeclaration[] = [
  {
    flags: '--server <KIND>',
    about: {
      en: 'the plugin server: modi-pluginserver, or the stock one, which needs the gate',
      it: 'il plugin server: modi-pluginserver, o quello stock, che richiede il cancello',
    },
    choices: ['own', 'stock'],
    default: 'own',
  },
  {
    flags: '--kong <VERSION>',
    about: {
      en: 'the version of Kong, such as 3.4 (default: 3.9)',
      it: 'la versione di Kong, ad es. 3.4 (predefinita: 3.9)',
    },
  },
  {
    flags: '--kong-conf <FILE>',
    about: { en: 'the kong.conf that goes with it', it: 'il kong.conf corrispondente' },
  },
  {
    flags: '--nodes <COUNT>',
    about: { en: 'Kong nodes that run this configuration', it: 'nodi Kong che eseguono questa configurazione' },
    default: '1',
  },
  {
    flags: '--expires-in <DAYS>',
    about: {
      en: 'tell certificates that end within so many days',
      it: 'segnala i certificati che scadono entro i giorni',
    },
    default: '30',
  },
  {
    flags: '--files',
    about: {
      en: 'this is the machine where it will run: missing files are errors',
      it: 'questa è la macchina dove girerà: i file mancanti sono errori',
    },
  },
];

/** @throws CliError CLI_USAGE for a wrong value, CLI_FILE for a kong.conf that cannot be read. */
export function readSettings(values: Values, context: Context): CheckSettings {
  const conf = values.string('kongConf');
  return {
    now: context.host.now(),
    server: values.string('server') === 'stock' ? 'stock' : 'own',
    kong: versionOf(values.string('kong')),
    nodes: values.integer('nodes', 1, 10_000) ?? 1,
    kongConf: conf === undefined ? undefined : parseKongConf(readFile(conf, context).toString('utf8'), conf),
    expiresWithin: (values.integer('expiresIn', 0, 3650) ?? 30) * 86_400,
    filesAreHere: values.flag('files'),
    home: context.host.env['MODI_HOME'] ?? context.host.cwd,
  };
}

function versionOf(text: string | undefined): readonly [number, number] | undefined {
  if (text === undefined) return undefined;
  const [, major, minor] = /^(\d+)\.(\d+)(\.\d+)*$/.exec(text) ?? [];
  if (major !== undefined && minor !== undefined) return [Number(major), Number(minor)];
  throw usageError(
    `--kong must be a version such as 3.9, found "${text}"`,
    `--kong dev'essere una versione come 3.9, trovato "${text}"`,
  );
}
