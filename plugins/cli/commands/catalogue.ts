import { nearest } from '../../core/text';
import { buildCatalogue } from '../service-catalogue/build';
import { initCatalogue } from '../service-catalogue/init';
import { listAgreements } from '../service-catalogue/list';
import { showEntry } from '../service-catalogue/show';
import { usageError } from '../shell/cli-error';
import type { CommandDefinition } from '../shell/command';
import type { Context } from '../shell/context';
import { EXIT } from '../shell/exit-codes';
import type { Values } from '../shell/values';

/** What each verb does, and answers as exit code. */
const VERBS: Readonly<Record<string, (values: Values, context: Context) => Promise<number>>> = {
  init: initCatalogue,
  build: buildCatalogue,
  list: listAgreements,
  show: showEntry,
};

export const catalogueCommand: CommandDefinition = {
  about: {
    en: 'The service catalogue: organisations, e-services, and agreements about who may call what. build makes the kong.yml\nof it, list and show answer who may call what, and how; init writes one to begin with.',
    it: 'Il catalogo dei servizi: organizzazioni, e-service, e accordi su chi può chiamare cosa. build ne fa il kong.yml,\nlist e show dicono chi può chiamare cosa, e come; init ne scrive uno da cui partire.',
  },
  arguments: [
    { name: '<VERB>', about: { en: 'init, build, list or show', it: 'init, build, list o show' } },
    {
      name: '[NAME]',
      about: { en: 'show: an organisation or an e-service', it: "show: un'organizzazione o un e-service" },
    },
  ],
  options: [
    {
      flags: '--catalogue <PATH>',
      about: { en: 'a folder of .yaml files, or one file', it: 'una cartella di file .yaml, o un file' },
      default: 'catalogue',
    },
    { flags: '--out <FILE>', about: { en: 'build: where to write (default: stdout)', it: 'build: dove scrivere' } },
    {
      flags: '--at <DAY>',
      about: {
        en: 'the day whose agreements count, such as 2027-01-31 (default: today)',
        it: 'il giorno i cui accordi valgono, ad es. 2027-01-31 (predefinito: oggi)',
      },
    },
    {
      flags: '--output <FORMAT>',
      about: { en: 'list, show: form of the result', it: 'list, show: forma del risultato' },
      choices: ['text', 'json'],
      default: 'text',
    },
  ],
  examples: [
    {
      line: 'modi catalogue init',
      about: { en: 'three small files to begin with', it: 'tre piccoli file per iniziare' },
    },
    { line: 'modi catalogue build', about: { en: 'the kong.yml, on stdout', it: 'il kong.yml, su stdout' } },
    { line: 'modi catalogue list', about: { en: 'who may call what', it: 'chi può chiamare cosa' } },
    { line: 'modi catalogue show anagrafe', about: { en: 'one e-service', it: 'un e-service' } },
  ],
  exits: [
    [EXIT.ok, { en: 'done', it: 'fatto' }],
    [
      EXIT.failed,
      {
        en: 'the catalogue is wrong, or a file cannot be read or written',
        it: 'catalogo errato, o file non leggibile o scrivibile',
      },
    ],
    [
      EXIT.usage,
      { en: 'wrong command line, or nothing of that name', it: 'riga di comando errata, o nome inesistente' },
    ],
  ],

  async run(values, context) {
    const word = values.argument(0) ?? '';
    const verb = Object.hasOwn(VERBS, word) ? VERBS[word] : undefined;
    if (verb !== undefined) return verb(values, context);
    const meant = nearest(word, Object.keys(VERBS)) ?? Object.keys(VERBS).join(', ');
    throw usageError(
      `catalogue has no verb "${word}"; did you mean ${meant}?`,
      `catalogue non ha "${word}"; forse ${meant}?`,
    );
  },
};
