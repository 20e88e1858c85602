import type { Language } from '../../core/errors';
import { barChart, columnChart, partsOf } from './charts';
import type { Duration, Figures, Group } from './figures';
import { escapeHtml, htmlTable } from './html';
import type { AuditReport } from './report';
import { STYLE } from './style';

type Say = (en: string, it: string) => string;

/** Names that a chart shows; the table beside it has more of them. */
const IN_CHART = 10;
const IN_TABLE = 50;

/** The report as a page that stands alone: no script, nothing fetched, fit for A4. */
export function reportPage(report: AuditReport, language: Language): string {
  const say: Say = (en, it) => (language === 'it' ? it : en);
  const { figures } = report;
  const title = say('Audit report', 'Rapporto di audit');
  const sections = [
    trafficByDay(figures, say),
    groupSection(say('By service', 'Per servizio'), figures.services, say),
    groupSection(say('By consumer', 'Per fruitore'), figures.consumers, say),
    groupSection(say('By purpose', 'Per finalità'), figures.purposes, say),
    groupSection(say('Refused and failed, by code', 'Rifiutate e fallite, per codice'), figures.codes, say),
    latencySection(figures, say),
    chainSection(report, say),
  ];
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<svg class="hidden" aria-hidden="true"><defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" fill="#f6d9c5"/><rect width="2" height="5" fill="#c2541b"/></pattern></defs></svg>
<main>
<h1>${title}</h1>
${about(report, say)}
${status(report, say)}
${numbers(figures, say)}
${figures.all.requests === 0 ? '' : legend(say)}
${sections.join('\n')}
</main>
</body>
</html>
`;
}

function about({ organizations, period, figures, created }: AuditReport, say: Say): string {
  const asked =
    period.from === null && period.to === null
      ? say('all records', 'tutte le registrazioni')
      : `${say('days', 'giorni')} ${period.from ?? '…'} – ${period.to ?? '…'}`;
  const found =
    figures.first === null
      ? ''
      : `, ${say('requests from', 'richieste da')} ${figures.first} ${say('to', 'a')} ${figures.last ?? ''}`;
  const made = `${say('made', 'creato')} ${created}; ${say('days of', 'giorni di')} ${period.time_zone}`;
  return `<p class="about">${[organizations.join(', '), `${asked}${found}`, made].map(escapeHtml).join('<br>')}</p>`;
}

function status({ chain_status, findings: [first] }: AuditReport, say: Say): string {
  if (chain_status === 'intact') {
    const words = say(
      'Audit chain INTACT: every record, link and checkpoint of all chains was verified for this report. Who signed was not checked here: modi audit verify --anchors does.',
      'Catena di audit INTEGRA: ogni registrazione, legame e checkpoint di tutte le catene è stato verificato per questo rapporto. Chi ha firmato non è stato controllato: lo fa modi audit verify --anchors.',
    );
    return `<p class="status">${words}</p>`;
  }
  const words = say(
    'Audit chain BROKEN: the numbers below count only records that still hold. First bad record:',
    'Catena di audit ALTERATA: i numeri sottostanti contano solo le registrazioni ancora valide. Prima registrazione errata:',
  );
  return `<p class="status broken" role="alert">${words} ${escapeHtml(`${first?.node ?? ''} ${first?.seq ?? ''}, ${first?.file ?? ''}, ${first?.code ?? ''}`)}</p>`;
}

function numbers({ all: { requests, results }, services, consumers }: Figures, say: Say): string {
  const shown = [
    [requests, say('requests', 'richieste')],
    [results.accepted, say('accepted', 'accettate')],
    [results.refused, say('refused', 'rifiutate')],
    [results.failed, say('failed', 'fallite')],
    [results.gateway, say('answered by Kong alone', 'risposte dal solo Kong')],
    [results.unjudged, say('not judged', 'non giudicate')],
    [services.length, say('services', 'servizi')],
    [consumers.filter(({ name }) => name !== null).length, say('consumers', 'fruitori')],
  ] as const;
  return `<ul class="numbers">${shown.map(([number, word]) => `<li><b>${number}</b>${word}</li>`).join('')}</ul>`;
}

function legend(say: Say): string {
  const key = (look: string, word: string) =>
    `<svg viewBox="0 0 14 14" aria-hidden="true"><rect class="${look}" x="1" y="1" width="12" height="12"/></svg>${word}`;
  const other = say('failed, by Kong alone, not judged', 'fallite, dal solo Kong, non giudicate');
  return `<p class="legend">${say('In the charts:', 'Nei grafici:')} ${key('accepted', say('accepted', 'accettate'))} ${key('refused', say('refused', 'rifiutate'))} ${key('other', other)}</p>`;
}

const section = (title: string, content: string, long = false): string =>
  `<section${long ? ' class="long"' : ''}><h2>${title}</h2>${content}</section>`;

const nothing = (say: Say): string => `<p>${say('Nothing in this period.', 'Nulla in questo periodo.')}</p>`;

function trafficByDay({ days }: Figures, say: Say): string {
  const title = say('By day', 'Per giorno');
  if (days.length === 0) return section(title, nothing(say));
  const bars = days.map((day) => ({ label: (day.name ?? '').slice(5), parts: partsOf(day), value: '' }));
  return section(title, `${columnChart(title, bars)}${groupTable(days, say, days.length)}`, days.length > 20);
}

function groupSection(title: string, groups: readonly Group[], say: Say): string {
  if (groups.length === 0) return section(title, nothing(say));
  const bars = groups.slice(0, IN_CHART).map((group) => ({
    label: nameOf(group, say),
    parts: partsOf(group),
    value: String(group.requests),
  }));
  const left = groups.length - IN_CHART;
  const more =
    left > 0
      ? `<p class="legend">${say(`The chart shows the first ${IN_CHART} of ${groups.length}.`, `Il grafico mostra i primi ${IN_CHART} di ${groups.length}.`)}</p>`
      : '';
  return section(title, `${barChart(title, bars)}${more}${groupTable(groups, say, IN_TABLE)}`, groups.length > 20);
}

function groupTable(groups: readonly Group[], say: Say, limit: number): string {
  const rows = groups
    .slice(0, limit)
    .map((group) => [
      nameOf(group, say),
      group.requests,
      group.results.accepted,
      group.results.refused,
      group.requests - group.results.accepted - group.results.refused,
    ]);
  const rest = groups.slice(limit);
  const sum = rest.reduce((total, { requests }) => total + requests, 0);
  const more = say(
    `and ${rest.length} more: ${sum} requests; --format csv has all of them`,
    `e altri ${rest.length}: ${sum} richieste; --format csv li contiene tutti`,
  );
  const head = [
    '',
    say('requests', 'richieste'),
    say('accepted', 'accettate'),
    say('refused', 'rifiutate'),
    say('other', 'altre'),
  ];
  return `${htmlTable(head, rows)}${rest.length === 0 ? '' : `<p class="legend">${more}</p>`}`;
}

const nameOf = ({ name }: Group, say: Say): string => name ?? say('(not recorded)', '(non registrato)');

function latencySection({ latency }: Figures, say: Say): string {
  const title = say('Latency in milliseconds', 'Latenza in millisecondi');
  if (latency.total.measured === 0) return section(title, nothing(say));
  const names: Readonly<Record<Duration, string>> = {
    gateway: say('in Kong and its plugins', 'in Kong e nei plugin'),
    upstream: say('waiting for the service', 'in attesa del servizio'),
    total: say('as the caller waits', 'attesa del chiamante'),
  };
  const durations = Object.entries(names) as [Duration, string][];
  const bars = durations.flatMap(([key, name]) =>
    (
      [
        ['p50', latency[key].p50_ms],
        ['p95', latency[key].p95_ms],
        ['p99', latency[key].p99_ms],
      ] as const
    ).map(([label, value]) => ({
      label: `${name} ${label}`,
      parts: [{ value: value ?? 0, look: 'accepted' as const }],
      value: value === null ? '–' : String(value),
    })),
  );
  const rows = durations.map(([key, name]) => {
    const { measured, p50_ms, p95_ms, p99_ms, max_ms } = latency[key];
    return [name, measured, ...[p50_ms, p95_ms, p99_ms, max_ms].map((value) => value ?? '–')];
  });
  const head = ['', say('measured', 'misurate'), 'p50', 'p95', 'p99', 'max'];
  return section(title, `${barChart(title, bars)}${htmlTable(head, rows)}`);
}

function chainSection({ chains }: AuditReport, say: Say): string {
  const rows = chains.map(({ node, records, sealed, segments, last_record_at }) => [
    node,
    records,
    sealed,
    segments,
    last_record_at,
  ]);
  const head = [
    say('chain', 'catena'),
    say('records', 'registrazioni'),
    say('sealed', 'sigillate'),
    say('files', 'file'),
    say('last record', 'ultima'),
  ];
  const hashes = chains.map(({ node, last_hash }) => [node, last_hash ?? '–']);
  const keys = chains.flatMap(({ node, signers }) =>
    signers.map(({ name, expires }) => [
      `${node}: ${name}`,
      expires ?? say('a key without certificate', 'chiave senza certificato'),
    ]),
  );
  const content = [
    htmlTable(head, rows),
    htmlTable([say('chain', 'catena'), say('SHA-256 of the last record', "SHA-256 dell'ultima registrazione")], hashes),
    htmlTable(
      [say('key of the checkpoints', 'chiave dei checkpoint'), say('certificate expires', 'scadenza certificato')],
      keys,
    ),
    `<p>${say('To verify again:', 'Per verificare di nuovo:')} <code>modi audit verify DIR --anchors FILE</code></p>`,
  ];
  return section(say('Chains and their keys', 'Catene e loro chiavi'), content.join('\n'));
}
