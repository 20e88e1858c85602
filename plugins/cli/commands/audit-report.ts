import { verifyFolder } from '../../core/audit';
import {
  daysOf,
  FOLDER_ARGUMENT,
  folderOf,
  inFolder,
  PERIOD_OPTIONS,
  periodOf,
  progressTeller,
  ZONE_OPTION,
  zoneOf,
} from '../audit';
import { chainsOf, Counter, isEvent, reportCsv, reportPage, type AuditReport } from '../audit-report';
import type { CommandDefinition } from '../shell/command';
import type { Context } from '../shell/context';
import { EXIT } from '../shell/exit-codes';

export const auditReportCommand: CommandDefinition = {
  about: {
    en: 'A report on the traffic in the audit chains: a page that stands alone, with charts, for a browser or A4; or the same\nnumbers as CSV or JSON. The chains are verified for it, and it says whether they are intact.',
    it: 'Un rapporto sul traffico nelle catene di audit: una pagina autonoma, con grafici, per il browser o A4; oppure gli\nstessi numeri in CSV o JSON. Le catene sono verificate, e il rapporto dice se sono integre.',
  },
  arguments: [FOLDER_ARGUMENT],
  options: [
    {
      flags: '--format <FORMAT>',
      about: { en: 'form of the report', it: 'forma del rapporto' },
      choices: ['html', 'csv', 'json'],
      default: 'html',
    },
    ...PERIOD_OPTIONS,
    ZONE_OPTION,
  ],
  examples: [
    {
      line: 'modi audit report .modi/audit --lang it | tee report.html',
      about: { en: 'a page in Italian', it: 'una pagina in italiano' },
    },
    {
      line: 'modi audit report .modi/audit --from 2026-11-01 --to 2026-11-30 --format csv',
      about: { en: 'the numbers of a month', it: 'i numeri di un mese' },
    },
  ],
  exits: [
    [EXIT.ok, { en: 'made', it: 'creato' }],
    [EXIT.failed, { en: 'unreadable folder or file', it: 'cartella o file illeggibile' }],
    [EXIT.usage, { en: 'wrong command line', it: 'riga di comando errata' }],
    [EXIT.broken, { en: 'made, of chains that were changed: it says so', it: 'creato, da catene alterate: lo dice' }],
  ],

  async run(values, context) {
    const period = periodOf(values);
    const counter = new Counter(daysOf(values), period);
    const { chains, organizations } = await read(folderOf(values), counter, context);
    const report: AuditReport = {
      created: new Date(context.host.now() * 1000).toISOString(),
      organizations,
      period: { from: period.from ?? null, to: period.to ?? null, time_zone: zoneOf(values) },
      ...chains,
      figures: counter.figures(),
    };
    print(report, values.string('format'), context);
    return report.chain_status === 'intact' ? EXIT.ok : EXIT.broken;
  },
};

/** One pass over the chains: verifies, and counts each record that holds. */
async function read(name: string | undefined, counter: Counter, context: Context) {
  const organizations = new Set<string>();
  const teller = progressTeller(context);
  const verdict = await inFolder(name, context, (folder) =>
    verifyFolder(folder, {
      onRecord({ kind, at }, bytes) {
        if (kind !== 'access' && kind !== 'segment' && !isEvent(kind)) return;
        const members = JSON.parse(bytes.toString('utf8')) as Readonly<Record<string, unknown>>;
        const { record, organization } = members;
        if (kind === 'access') counter.add(record);
        else if (kind !== 'segment') counter.addEvent(kind, at, members);
        else if (typeof organization === 'string') organizations.add(organization);
      },
      onProgress(progress) {
        teller.tell(progress);
        return true;
      },
    }),
  ).finally(() => {
    teller.finish();
  });
  return { chains: chainsOf(verdict), organizations: [...organizations] };
}

function print(report: AuditReport, format: string | undefined, context: Context): void {
  if (format === 'json') context.printJson('modi.audit-report/1', report);
  else context.host.stdout.write(format === 'csv' ? reportCsv(report) : reportPage(report, context.language));
}
