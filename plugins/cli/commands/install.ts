import { resolve } from 'node:path';
import { PLUGIN_NAMES } from '../../runtime/registry';
import { checklistJson, checklistLines, exitOf, type Finding } from '../checklist';
import {
  confLine,
  environmentLine,
  examine,
  mergeSettings,
  readConf,
  readPlan,
  settingsOf,
  unitText,
  writeConf,
  type InstallPlan,
  type Setting,
  type Written,
} from '../install';
import { usageError } from '../shell/cli-error';
import type { CommandDefinition, OptionDeclaration } from '../shell/command';
import type { Context } from '../shell/context';
import { EXIT } from '../shell/exit-codes';
import type { Values } from '../shell/values';

const KONG_CONF = '/etc/kong/kong.conf';

const OPTIONS: readonly OptionDeclaration[] = [
  { flags: '--print', about: { en: 'the lines only, examine nothing', it: 'solo le righe, senza verifiche' } },
  {
    flags: '--write',
    about: {
      en: 'put the lines into kong.conf, keeping a copy of it; nothing is written when a check fails',
      it: 'scrive le righe in kong.conf, conservandone una copia; nulla è scritto se una verifica fallisce',
    },
  },
  {
    flags: '--kong-conf <FILE>',
    about: { en: 'the kong.conf of --write', it: 'il kong.conf di --write' },
    default: KONG_CONF,
  },
  { flags: '--prefix <DIR>', about: { en: "Kong's prefix", it: 'il prefix di Kong' }, default: '/usr/local/kong' },
  {
    flags: '--plugin <NAME>',
    about: { en: 'a plugin of the pack (default: all)', it: 'un plugin del pacchetto (predefinito: tutti)' },
    choices: PLUGIN_NAMES,
    repeat: true,
  },
  {
    flags: '--form <FORM>',
    about: {
      en: 'lines of kong.conf, variables of a container, or the unit of --service',
      it: 'righe di kong.conf, variabili di un container, o la unit di --service',
    },
    choices: ['conf', 'env', 'unit'],
    default: 'conf',
  },
  {
    flags: '--service',
    about: {
      en: 'the plugin server is a service of its own (systemd); Kong does not start it',
      it: 'il plugin server è un servizio a sé (systemd); non lo avvia Kong',
    },
  },
  {
    flags: '--socket <PATH>',
    about: {
      en: 'its socket (default: modi.sock in the prefix, or /run/modi/modi.sock with --service)',
      it: 'il suo socket (predefinito: modi.sock nel prefix, o /run/modi/modi.sock con --service)',
    },
  },
  {
    flags: '--node <PATH>',
    about: { en: 'the node that runs it (default: this one)', it: 'il node che lo esegue (predefinito: questo)' },
  },
  {
    flags: '--home <DIR>',
    about: { en: 'its MODI_HOME, for relative paths in kong.yml', it: 'la sua MODI_HOME, per i percorsi relativi' },
  },
  {
    flags: '--metrics <LISTEN>',
    about: { en: 'where it answers with metrics: 127.0.0.1:9545', it: 'dove espone le metriche: 127.0.0.1:9545' },
  },
  {
    flags: '--user <NAME>',
    about: { en: "the user of Kong's workers", it: "l'utente dei worker di Kong" },
    default: 'kong',
  },
  {
    flags: '--kong-version <VERSION>',
    about: { en: 'for a Kong elsewhere (default: kong on PATH)', it: 'per un Kong altrove (predefinito: nel PATH)' },
  },
  {
    flags: '--server <SERVER>',
    about: {
      en: "the pack's plugin server, or the stock kong-js-pluginserver",
      it: 'il plugin server del pacchetto, o il kong-js-pluginserver standard',
    },
    choices: ['modi', 'stock'],
    default: 'modi',
  },
  {
    flags: '--stock-server <PATH>',
    about: { en: 'its path (default: on PATH)', it: 'il suo percorso (predefinito: nel PATH)' },
  },
  {
    flags: '--output <FORMAT>',
    about: { en: 'form of the result', it: 'forma del risultato' },
    choices: ['text', 'json'],
    default: 'text',
  },
];

export const installCommand: CommandDefinition = {
  about: {
    en: 'Print the lines of kong.conf that put the pack on a Kong, and check that they will work: Node, Kong, permissions,\nsocket. Lines go to stdout, checks to stderr. With --write they go into the file; a second time changes nothing.',
    it: 'Stampa le righe di kong.conf che mettono il pacchetto su un Kong, e verifica che funzioneranno: Node, Kong,\npermessi, socket. Righe su stdout, verifiche su stderr. Con --write vanno nel file; la seconda volta nulla cambia.',
  },
  options: OPTIONS,
  examples: [
    { line: 'modi install', about: { en: 'look first', it: 'prima guardare' } },
    {
      line: 'modi install --write --kong-conf kong.conf',
      about: { en: 'then write, with a copy of the old file', it: 'poi scrivere, con copia del vecchio file' },
    },
    {
      line: 'modi install --print --form env --plugin modi-verify',
      about: { en: 'one plugin, for a container', it: 'un plugin, per un container' },
    },
    {
      line: 'modi install --print --service --form unit --home /etc/kong/modi',
      about: { en: 'the unit of systemd', it: 'la unit di systemd' },
    },
  ],
  exits: [
    [EXIT.ok, { en: 'printed or written', it: 'stampato o scritto' }],
    [EXIT.failed, { en: 'the file could not be read or written', it: 'file non leggibile o non scrivibile' }],
    [EXIT.usage, { en: 'wrong command line', it: 'riga di comando errata' }],
    [EXIT.refused, { en: 'a check failed; nothing was written', it: 'una verifica è fallita; nulla è stato scritto' }],
  ],

  async run(values, context) {
    refuseContradictions(values);
    const { plan, around } = await readPlan(values, context);
    const settings = settingsOf(plan);
    const findings = values.flag('print') ? [] : await examine(plan, around);
    const lines = linesOf(values, settings, plan, around.user);
    const code = exitOf(findings);
    const json = values.string('output') === 'json';
    if (!json) for (const line of checklistLines(findings, context.errorStyle, context)) context.say(line);
    const written = values.flag('write') && code === EXIT.ok ? write(values, settings, context) : undefined;
    if (json) context.printJson('modi.install/1', jsonOf(settings, findings, written, context));
    else if (written !== undefined) tell(written, context);
    else if (!values.flag('write')) for (const line of lines) context.print(line);
    else context.say(context.text({ en: 'nothing was written', it: 'nulla è stato scritto' }));
    return code;
  },
};

function refuseContradictions(values: Values): void {
  if (values.flag('print') && values.flag('write'))
    throw usageError('--print and --write exclude each other', '--print e --write si escludono');
  const form = values.string('form');
  if (values.flag('write') && form !== 'conf')
    throw usageError('--write is for kong.conf: leave --form away', '--write è per kong.conf: omettere --form');
  if (form === 'unit' && !values.flag('service'))
    throw usageError('--form unit needs --service', '--form unit richiede --service');
}

function linesOf(values: Values, settings: readonly Setting[], plan: InstallPlan, user: string): readonly string[] {
  const form = values.string('form');
  if (form === 'unit') return unitText(plan, user).split('\n');
  return settings.map(form === 'env' ? environmentLine : confLine);
}

function write(values: Values, settings: readonly Setting[], context: Context): Written {
  const file = resolve(context.host.cwd, values.string('kongConf') ?? KONG_CONF);
  const before = readConf(file);
  return writeConf(file, before, mergeSettings(before, settings), context.host.now());
}

function tell({ file, changed, backup }: Written, context: Context): void {
  if (!changed) {
    context.print(context.text({ en: `${file} has it all already`, it: `${file} ha già tutto` }));
    return;
  }
  context.print(context.text({ en: `written ${file}`, it: `scritto ${file}` }));
  if (backup !== undefined) context.print(context.text({ en: `before  ${backup}`, it: `prima   ${backup}` }));
  context.say(
    context.text({
      en: 'next: restart Kong, then modi doctor',
      it: 'poi: riavviare Kong, quindi modi doctor',
    }),
  );
}

const jsonOf = (
  settings: readonly Setting[],
  findings: readonly Finding[],
  written: Written | undefined,
  context: Context,
): object => ({
  settings: settings.map(({ name, value }) => ({ name, value })),
  checks: checklistJson(findings, context),
  written: written ?? null,
});
