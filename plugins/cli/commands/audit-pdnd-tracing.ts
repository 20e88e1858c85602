import { readChain } from '../../core/audit';
import { dayNamed, daysOf, FOLDER_ARGUMENT, folderOf, inChains, ZONE_OPTION } from '../audit';
import { Tracing } from '../audit-report';
import { usageError } from '../shell/cli-error';
import type { CommandDefinition } from '../shell/command';
import type { Context } from '../shell/context';
import { EXIT } from '../shell/exit-codes';
import { safeText } from '../shell/safe-text';

export const auditPdndTracingCommand: CommandDefinition = {
  about: {
    en: 'The CSV that a provider hands to the national platform (PDND) for each day: requests by purpose, status and voucher.\nThe chains are verified as they are read; a day that is not over makes no file. What may be missing is told on stderr.',
    it: 'Il CSV che un erogatore consegna alla PDND per ogni giorno: richieste per finalità, stato e voucher. Le catene sono\nverificate alla lettura; un giorno non concluso non dà alcun file. Ciò che può mancare è detto su stderr.',
  },
  arguments: [FOLDER_ARGUMENT],
  options: [
    { flags: '--date <DAY>', about: { en: 'the day, as 2026-11-23', it: 'il giorno, come 2026-11-23' } },
    ZONE_OPTION,
  ],
  examples: [
    {
      line: 'modi audit pdnd-tracing .modi/audit --date $(date -d yesterday +%F)',
      about: { en: "yesterday's", it: 'quello di ieri' },
    },
  ],
  exits: [
    [EXIT.ok, { en: 'printed', it: 'stampato' }],
    [EXIT.failed, { en: 'unreadable folder or file', it: 'cartella o file illeggibile' }],
    [EXIT.usage, { en: 'wrong command line, or the day is not over', it: 'riga di comando errata, o giorno in corso' }],
    [EXIT.broken, { en: 'a record is not what was written', it: 'una registrazione non è ciò che fu scritto' }],
  ],

  async run(values, context) {
    const dayOf = daysOf(values);
    const date = dayNamed('--date', values.string('date') ?? '');
    if (date >= (dayOf(context.host.now() * 1000) ?? '')) throw notOver(date);
    return inChains(folderOf(values), context, async (folder) => {
      const tracing = new Tracing(date, dayOf);
      for await (const entry of readChain(folder)) tracing.add(entry);
      context.host.stdout.write(tracing.csv());
      for (const [node, { first, last }] of tracing.nodes) {
        if ((dayOf(first) ?? '') > date) note(context, ...BEGINS(node, first));
        if ((dayOf(last) ?? '') <= date) note(context, ...ENDS(node, last));
      }
      if (tracing.lost > 0) note(context, ...LOST(tracing.lost));
      if (tracing.incomplete > 0) note(context, ...INCOMPLETE(tracing.incomplete));
      return EXIT.ok;
    });
  },
};

function note(context: Context, en: string, it: string): void {
  context.say(`${context.text({ en: 'note', it: 'nota' })}: ${safeText(context.text({ en, it }))}`);
}

type Words = readonly [en: string, it: string];

const BEGINS = (node: string, first: string): Words => [
  `the chain of ${node} begins after that day, at ${first}`,
  `la catena di ${node} comincia dopo quel giorno, alle ${first}`,
];
const ENDS = (node: string, last: string): Words => [
  `the chain of ${node} ends at ${last}; is its collector at work? Later requests of the day would be missing`,
  `la catena di ${node} finisce alle ${last}; il collettore è attivo? Mancherebbero le richieste successive del giorno`,
];
const LOST = (count: number): Words => [
  `since that day began, ${count} pieces of Kong's log were lost or unreadable; requests may be missing`,
  `dall'inizio di quel giorno, ${count} parti del log di Kong sono perse o illeggibili; possono mancare richieste`,
];
const INCOMPLETE = (count: number): Words => [
  `${count} requests with a voucher are left out: their records have no purpose, voucher id or status`,
  `${count} richieste con voucher sono escluse: le registrazioni non hanno finalità, id del voucher o stato`,
];

const notOver = (date: string) =>
  usageError(
    `--date: ${date} is not over; a file made now would have to be replaced`,
    `--date: il giorno ${date} non è concluso; un file creato ora andrebbe sostituito`,
  );
