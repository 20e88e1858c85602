import { readChain, type ChainEntry } from '../../core/audit';
import { FOLDER_ARGUMENT, folderOf, inChains, printEntry } from '../audit';
import type { CommandDefinition } from '../shell/command';
import type { Context } from '../shell/context';
import { EXIT } from '../shell/exit-codes';

export const auditTailCommand: CommandDefinition = {
  about: {
    en: 'The latest records of the audit chains, one line each, verified as they are read. With --follow also those to come.',
    it: 'Le ultime registrazioni delle catene di audit, una per riga, verificate alla lettura. Con --follow anche le prossime.',
  },
  arguments: [FOLDER_ARGUMENT],
  options: [
    { flags: '--lines <COUNT>', about: { en: 'how many', it: 'quante' }, default: '10' },
    { flags: '--follow', about: { en: 'go on until Ctrl-C', it: 'prosegue fino a Ctrl-C' } },
    {
      flags: '--output <FORMAT>',
      about: {
        en: 'form of the result; json: the records as they stand',
        it: 'forma del risultato; json: le registrazioni come sono',
      },
      choices: ['text', 'json'],
      default: 'text',
    },
  ],
  examples: [
    { line: 'modi audit tail .modi/audit', about: { en: 'of the sample', it: "dell'esempio" } },
    {
      line: 'modi audit tail .modi/audit --lines 3 --output json',
      about: { en: 'for a script, one JSON per line', it: 'per uno script, un JSON per riga' },
    },
  ],
  exits: [
    [EXIT.ok, { en: 'printed', it: 'stampate' }],
    [EXIT.failed, { en: 'unreadable folder or file', it: 'cartella o file illeggibile' }],
    [EXIT.usage, { en: 'wrong command line', it: 'riga di comando errata' }],
    [EXIT.broken, { en: 'a record is not what was written', it: 'una registrazione non è ciò che fu scritto' }],
  ],

  async run(values, context) {
    const lines = values.integer('lines', 0, 1_000_000) ?? 10;
    const print = values.string('output') === 'json' ? printJson : printEntry;
    return inChains(folderOf(values), context, async (folder) => {
      const latest: ChainEntry[] = [];
      for await (const entry of readChain(folder)) {
        latest.push(entry);
        if (latest.length > lines) latest.shift();
      }
      for (const entry of latest) print(entry, context);
      if (values.flag('follow')) await follow(folder, latest, print, context);
      return EXIT.ok;
    });
  },
};

type Print = (entry: ChainEntry, context: Context) => void;

async function follow(folder: string, latest: readonly ChainEntry[], print: Print, context: Context): Promise<void> {
  const stop = new AbortController();
  void context.host.stopped().then(() => {
    stop.abort();
  });
  const last = new Map(latest.map(({ node, seq }) => [node, seq]));
  const from = Object.fromEntries([...last].map(([node, seq]) => [node, seq + 1]));
  for await (const entry of readChain(folder, { from, follow: stop.signal })) print(entry, context);
}

const printJson: Print = ({ members }, context) => {
  context.print(JSON.stringify(members));
};
