import { resolve } from 'node:path';
import { makeDevKeys, writeDevKeys, type DevKeys } from '../dev-keys';
import { usageError } from '../shell/cli-error';
import type { CommandDefinition } from '../shell/command';
import type { Context } from '../shell/context';
import { EXIT } from '../shell/exit-codes';
import { utc, utcAndRelative } from '../shell/time-text';

export const keygenCommand: CommandDefinition = {
  about: {
    en: 'Make a local authority with clients, a provider and a server certificate, for trying and testing.\nThe key of the authority is thrown away; private keys are readable by you alone.',
    it: "Crea un'autorità locale con client, erogatore e certificato server, per provare e collaudare.\nLa chiave dell'autorità viene gettata; le chiavi private sono leggibili solo dal proprietario.",
  },
  options: [
    {
      flags: '--dev',
      about: {
        en: 'make development keys; production certificates come from a certification authority',
        it: "crea chiavi di sviluppo; i certificati di produzione li emette un'autorità di certificazione",
      },
    },
    { flags: '--out <DIR>', about: { en: 'where to write', it: 'dove scrivere' }, default: '.modi' },
    { flags: '--force', about: { en: 'replace existing files', it: 'sostituisce i file esistenti' } },
    {
      flags: '--output <FORMAT>',
      about: { en: 'form of the result', it: 'forma del risultato' },
      choices: ['text', 'json'],
      default: 'text',
    },
  ],
  examples: [
    { line: 'modi keygen --dev', about: { en: 'keys under .modi', it: 'chiavi in .modi' } },
    {
      line: 'modi keygen --dev --out keys --output json',
      about: { en: 'elsewhere, for a script', it: 'altrove, per uno script' },
    },
  ],
  exits: [
    [EXIT.ok, { en: 'keys written', it: 'chiavi scritte' }],
    [EXIT.failed, { en: 'could not write, or files exist', it: 'scrittura impossibile, o file esistenti' }],
    [EXIT.usage, { en: 'wrong command line', it: 'riga di comando errata' }],
  ],

  async run(values, context) {
    if (!values.flag('dev')) throw onlyDevKeys();
    const out = values.string('out') ?? '.modi';
    const directory = resolve(context.host.cwd, out);
    const keys = await makeDevKeys(context.host.now());
    writeDevKeys(keys.files, directory, values.flag('force'));
    if (values.string('output') === 'json') printJson(keys, directory, context);
    else printText(keys, out, context);
    return EXIT.ok;
  },
};

const onlyDevKeys = () =>
  usageError(
    'only development keys are made here: modi keygen --dev; for production, ask your certification authority',
    'qui si creano solo chiavi di sviluppo: modi keygen --dev; per la produzione rivolgersi alla propria CA',
  );

function printJson({ files, notAfter }: DevKeys, directory: string, context: Context): void {
  context.printJson('modi.keygen/1', {
    directory,
    valid_until: utc(notAfter),
    files: files.map(({ name, secret }) => ({ name, secret })),
  });
}

function printText({ files, notAfter }: DevKeys, out: string, context: Context): void {
  const { style } = context;
  const width = Math.max(...files.map(({ name }) => name.length));
  context.print(context.text({ en: `made in ${out}:`, it: `creati in ${out}:` }));
  for (const { name, secret, about } of files) {
    context.print(`  ${style.strong(name.padEnd(width))}  ${context.text(about)}${secret ? ' (0600)' : ''}`);
  }
  const until = utcAndRelative(notAfter, context.host.now(), context.language);
  context.print(context.text({ en: `valid until ${until}`, it: `validi fino al ${until}` }));
  const directory = out === '.modi' ? '' : ` --dir ${out}`;
  context.say(
    context.text({
      en: `next: modi start, or: modi token --pattern ID_AUTH_REST_01 --aud https://api.ente.example/v1${directory}`,
      it: `poi: modi start, oppure: modi token --pattern ID_AUTH_REST_01 --aud https://api.ente.example/v1${directory}`,
    }),
  );
}
