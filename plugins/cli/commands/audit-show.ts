import { readChain, type ChainEntry } from '../../core/audit';
import { FOLDER_ARGUMENT, idsOfExchange, inChains, noRecord, printEntry } from '../audit';
import type { CommandDefinition } from '../shell/command';
import type { Context } from '../shell/context';
import { EXIT } from '../shell/exit-codes';

export const auditShowCommand: CommandDefinition = {
  about: {
    en: 'Everything that the audit chains have on one exchange, by the request id that Kong answers (X-Kong-Request-Id,\ninstance of a problem) or by the jti of one of its tokens.',
    it: 'Tutto ciò che le catene di audit hanno su uno scambio, per id di richiesta dato da Kong (X-Kong-Request-Id,\ninstance di un problema) o per jti di uno dei suoi token.',
  },
  arguments: [{ name: '<ID>', about: { en: 'request id or jti', it: 'id della richiesta o jti' } }, FOLDER_ARGUMENT],
  options: [
    {
      flags: '--output <FORMAT>',
      about: { en: 'form of the result', it: 'forma del risultato' },
      choices: ['text', 'json'],
      default: 'text',
    },
  ],
  examples: [
    {
      line: 'modi audit show $(modi audit tail .modi/audit --lines 1000 --output json | grep -o \'"record":{"v":1,"id":"[^"]*\' | tail -1 | cut -d\'"\' -f8) .modi/audit',
      about: { en: 'the latest exchange of the sample', it: "l'ultimo scambio dell'esempio" },
    },
  ],
  exits: [
    [EXIT.ok, { en: 'found', it: 'trovato' }],
    [EXIT.failed, { en: 'not there, or unreadable folder or file', it: 'assente, o cartella o file illeggibile' }],
    [EXIT.usage, { en: 'wrong command line', it: 'riga di comando errata' }],
    [EXIT.broken, { en: 'a record is not what was written', it: 'una registrazione non è ciò che fu scritto' }],
  ],

  async run(values, context) {
    const id = values.argument(0) ?? '';
    return inChains(values.argument(1), context, async (folder) => {
      const found: ChainEntry[] = [];
      for await (const entry of readChain(folder)) if (idsOfExchange(entry.members).includes(id)) found.push(entry);
      if (found.length === 0) throw noRecord(id);
      if (values.string('output') === 'json') {
        context.printJson('modi.audit-show/1', {
          id,
          records: found.map(({ members, file }) => ({ file, ...members })),
        });
      } else for (const entry of found) print(entry, context);
      return EXIT.ok;
    });
  },
};

function print(entry: ChainEntry, context: Context): void {
  printEntry(entry, context);
  const { record, evidence } = entry.members;
  context.print(JSON.stringify(record ?? evidence, null, 2));
  if (record !== undefined && evidence !== undefined) context.print(JSON.stringify({ evidence }, null, 2));
}
