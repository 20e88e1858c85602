import type { Certificate } from './certificates';
import type { Events } from './events';
import type { Figures } from './figures';
import { htmlTable } from './html';
import type { AuditReport } from './report';
import { minute, nothing, section, type Say } from './words';

/** Rows of certificates, and of findings; --format json has all of them. */
const MOST_ROWS = 50;
const DAY_MS = 86_400_000;
const SOON_DAYS = 30;

/** Whether there is evidence of the requests, and if not, why. */
export function evidenceSection({ evidence }: Figures, say: Say): string {
  const title = say('Evidence of the requests', 'Prove delle richieste');
  if (evidence.length === 0) return section(title, nothing(say));
  const words: Readonly<Record<string, string>> = {
    complete: say('complete', 'complete'),
    none: say('none is kept of such a request', 'non se ne conservano per tali richieste'),
    absent: say('absent: none came in time', 'assenti: nessuna è arrivata in tempo'),
    partial: say('a part is missing', 'ne manca una parte'),
    incomplete: say('without tokens: modi-audit did not get them', 'senza token: modi-audit non li ha avuti'),
    dropped: say('dropped: modi-audit had no room', 'scartate: modi-audit non aveva spazio'),
    unread: say('kept, but not read by the collector', 'conservate, ma non lette dal collettore'),
  };
  const rows = evidence.map(({ name, requests }) => [
    name === null ? say('(not recorded)', '(non registrato)') : (words[name] ?? name),
    requests,
  ]);
  return section(title, htmlTable(['', say('requests', 'richieste')], rows));
}

/** When the certificates of those who called in the period end, seen from the day of the report. */
export function certificateSection({ figures: { certificates }, created }: AuditReport, say: Say): string {
  const title = say(
    'Callers’ certificates, the first to expire first',
    'Certificati dei fruitori, dal primo in scadenza',
  );
  if (certificates.length === 0) return section(title, nothing(say));
  const rows = certificates
    .slice(0, MOST_ROWS)
    .map((certificate) => [
      certificate.consumer ?? say('(not recorded)', '(non registrato)'),
      certificate.subject ?? '–',
      certificate.expires.slice(0, 10),
      left(certificate, created, say),
    ]);
  const head = [
    say('consumer', 'fruitore'),
    say('subject', 'soggetto'),
    say('expires', 'scadenza'),
    say('left', 'restano'),
  ];
  const rest = certificates.length - MOST_ROWS;
  const more =
    rest > 0
      ? `<p class="legend">${say(`and ${rest} more, later; --format json has all of them`, `e altri ${rest}, più avanti; --format json li contiene tutti`)}</p>`
      : '';
  return section(title, `${htmlTable(head, rows, 'named')}${more}`, certificates.length > 20);
}

function left({ expires }: Certificate, created: string, say: Say): string {
  const days = Math.floor((Date.parse(expires) - Date.parse(created)) / DAY_MS);
  if (days < 0) return say('EXPIRED', 'SCADUTO');
  const text = days === 1 ? say('1 day', '1 giorno') : say(`${days} days`, `${days} giorni`);
  return days <= SOON_DAYS ? `! ${text}` : text;
}

/** How many of the certificates end within a month of the report, or have ended. */
export function expiringSoon({ figures: { certificates }, created }: AuditReport): number {
  const limit = Date.parse(created) + SOON_DAYS * DAY_MS;
  return certificates.filter(({ expires }) => Date.parse(expires) <= limit).length;
}

/** The chains themselves: how far they are sealed and by whom, what is wrong with them, and what else they tell. */
export function chainSection(report: AuditReport, say: Say): string {
  const { chains, figures } = report;
  const state = chains.map((chain) => [
    chain.node,
    chain.records,
    chain.sealed,
    chain.checkpoints,
    chain.segments,
    chain.clock_set_back,
    minute(chain.last_record_at),
  ]);
  const head = [
    ...[say('chain', 'catena'), say('records', 'registrazioni'), say('sealed', 'sigillate'), 'checkpoint'],
    ...[say('files', 'file'), say('clock set back', 'orologio indietro'), say('last record', 'ultima')],
  ];
  const hashes = chains.map(({ node, last_hash }) => [node, last_hash ?? '–']);
  const keys = chains.flatMap(({ node, signers }) =>
    signers.map(({ name, expires }) => [
      `${node}: ${name}`,
      expires?.slice(0, 10) ?? say('a key without certificate', 'chiave senza certificato'),
    ]),
  );
  const content = [
    findings(report, say),
    htmlTable(head, state, 'wide'),
    htmlTable(
      [say('chain', 'catena'), say('SHA-256 of the last record', "SHA-256 dell'ultima registrazione")],
      hashes,
      'hashes',
    ),
    htmlTable(
      [say('key of the checkpoints', 'chiave dei checkpoint'), say('certificate expires', 'scadenza certificato')],
      keys,
    ),
    events(figures.events, say),
    `<p>${say('To verify again:', 'Per verificare di nuovo:')} <code>modi audit verify DIR --anchors FILE</code></p>`,
  ];
  return section(say('Chains and their keys', 'Catene e loro chiavi'), content.join('\n'), true);
}

function findings({ findings: found }: AuditReport, say: Say): string {
  if (found.length === 0) return '';
  const rows = found.slice(0, MOST_ROWS).map(({ node, seq, file, code }) => [`${node} ${seq}`, file, code]);
  return htmlTable([say('bad record', 'registrazione errata'), 'file', say('finding', 'riscontro')], rows, 'named');
}

function events(of: Events, say: Say): string {
  const rows = [
    [say('starts of a collector', 'avvii di un collettore'), of.starts],
    [say('parts of Kong’s log that were lost', 'parti perse del log di Kong'), of.gaps],
    [say('lines of Kong’s log that are no records', 'righe del log di Kong che non sono registrazioni'), of.unreadable],
    [say('exchanges of which there is only evidence', 'scambi di cui esistono solo prove'), of.orphans],
    [say('lines of evidence without room', 'righe di prova scartate per mancanza di spazio'), of.dropped_lines],
    [say('files of evidence removed after retention', 'file di prove rimossi a fine conservazione'), of.removed_files],
    [say('time stamps', 'marche temporali'), of.timestamps],
  ] as const;
  return htmlTable(
    [say('what else the chains tell of the period', 'che cos’altro le catene dicono del periodo'), ''],
    rows,
  );
}
