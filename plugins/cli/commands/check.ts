import { applyFixes, checkConfig, type CheckSettings, type Finding } from '../../check';
import { forbidFetches } from '../../core/fetch';
import { setNoticeSink } from '../../core/notices';
import { readSettings, SETTING_OPTIONS } from '../check/settings';
import { exitCodeOf, FORMATS, formatNamed, type Checked } from '../check';
import { writeText } from '../check/write';
import type { CommandDefinition } from '../shell/command';
import type { Context } from '../shell/context';
import { EXIT } from '../shell/exit-codes';
import { readFile } from '../shell/input';
import type { Values } from '../shell/values';

export const checkCommand: CommandDefinition = {
  about: {
    en: 'Judge a kong.yml, or a state file of decK, before Kong sees it: fields, what the plugins themselves refuse, keys and\ncertificates, and what plugins do to one another. Nothing is fetched, nothing is changed without --fix.',
    it: 'Giudica un kong.yml, o un file di stato di decK, prima che Kong lo veda: campi, ciò che i plugin stessi rifiutano, chiavi\ne certificati, e ciò che i plugin si fanno a vicenda. Nulla è scaricato, nulla è cambiato senza --fix.',
  },
  arguments: [
    { name: '[FILES...]', about: { en: 'the files (default: kong.yml)', it: 'i file (predefinito: kong.yml)' } },
  ],
  options: [
    {
      flags: '--output <FORMAT>',
      about: { en: 'form of the result', it: 'forma del risultato' },
      choices: FORMATS,
      default: 'text',
    },
    {
      flags: '--fix',
      about: {
        en: 'mend what can be mended safely, in the files',
        it: 'corregge nei file ciò che è sicuro correggere',
      },
    },
    {
      flags: '--strict',
      about: { en: 'exit with 4 when there are warnings', it: 'esce con 4 se ci sono avvisi' },
    },
    { flags: '--notes', about: { en: 'print notes too', it: 'stampa anche le note' } },
    ...SETTING_OPTIONS,
  ],
  examples: [
    { line: 'modi check kong.yml', about: { en: 'the sample', it: "l'esempio" } },
    {
      line: 'modi check kong.yml --server stock --output sarif',
      about: { en: 'for another tool', it: 'per un altro strumento' },
    },
    { line: 'modi check kong.yml --fix --notes', about: { en: 'mend what is safe', it: 'corregge ciò che è sicuro' } },
  ],
  exits: [
    [EXIT.ok, { en: 'no error', it: 'nessun errore' }],
    [EXIT.failed, { en: 'a file cannot be read', it: 'un file non è leggibile' }],
    [EXIT.usage, { en: 'wrong command line', it: 'riga di comando errata' }],
    [EXIT.refused, { en: 'there are errors', it: 'ci sono errori' }],
    [EXIT.warnings, { en: 'only warnings, with --strict', it: 'solo avvisi, con --strict' }],
  ],

  async run(values, context) {
    forbidFetches();
    // What is compiled here would fetch in the background, and tell that it cannot.
    setNoticeSink(() => undefined);
    const settings = readSettings(values, context);
    const names = values.arguments();
    const checked: Checked[] = [];
    for (const name of names.length === 0 ? ['kong.yml'] : names) {
      checked.push(await checkOne(name, settings, values, context));
    }
    formatNamed(values.string('output') ?? 'text').print(checked, { notes: values.flag('notes') }, context);
    return exitCodeOf(checked, values.flag('strict'));
  },
};

async function checkOne(name: string, settings: CheckSettings, values: Values, context: Context): Promise<Checked> {
  const text = readFile(name, context).toString('utf8');
  const before = await checkConfig({ name, text }, settings);
  if (!values.flag('fix')) return { name, ...before, fixed: 0 };
  const mended = applyFixes(text, before.findings);
  if (mended === text) return { name, ...before, fixed: 0 };
  writeText(name, mended, context);
  const after = await checkConfig({ name, text: mended }, settings);
  return { name, ...after, fixed: fixable(before.findings) - fixable(after.findings) };
}

const fixable = (findings: readonly Finding[]): number => findings.filter(({ fix }) => fix !== undefined).length;
