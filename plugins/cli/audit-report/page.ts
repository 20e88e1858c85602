import type { Language } from '../../core/errors';
import { escapeHtml } from './html';
import type { AuditReport } from './report';
import { STYLE } from './style';
import { groupSection, latencySection, trafficByDay } from './traffic-sections';
import { certificateSection, chainSection, evidenceSection, expiringSoon } from './trust-sections';
import { minute, sayIn, type Say } from './words';

/** The report as a page that stands alone: no script, nothing fetched, fit for A4. */
export function reportPage(report: AuditReport, language: Language): string {
  const say = sayIn(language);
  const { figures } = report;
  const title = say('Audit report', 'Rapporto di audit');
  const sections = [
    trafficByDay(figures, say),
    groupSection(say('By service', 'Per servizio'), figures.services, say),
    groupSection(say('By consumer', 'Per fruitore'), figures.consumers, say),
    groupSection(say('By purpose', 'Per finalità'), figures.purposes, say),
    groupSection(say('Refused and failed, by code', 'Rifiutate e fallite, per codice'), figures.codes, say),
    latencySection(figures, say),
    evidenceSection(figures, say),
    certificateSection(report, say),
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
${numbers(report, say)}
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
      : `, ${say('requests from', 'richieste da')} ${minute(figures.first)} ${say('to', 'a')} ${minute(figures.last ?? '')}`;
  const made = `${say('made', 'creato')} ${minute(created)}; ${say('days of', 'giorni di')} ${period.time_zone}`;
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

function numbers(report: AuditReport, say: Say): string {
  const { services, consumers } = report.figures;
  const { requests, results } = report.figures.all;
  const shown = [
    [requests, say('requests', 'richieste')],
    [results.accepted, say('accepted', 'accettate')],
    [results.refused, say('refused', 'rifiutate')],
    [results.failed, say('failed', 'fallite')],
    [results.gateway, say('answered by Kong alone', 'risposte dal solo Kong')],
    [results.unjudged, say('not judged', 'non giudicate')],
    [services.length, say('services', 'servizi')],
    [consumers.filter(({ name }) => name !== null).length, say('consumers', 'fruitori')],
    [expiringSoon(report), say('certificates to renew', 'certificati da rinnovare')],
  ] as const;
  return `<ul class="numbers">${shown.map(([number, word]) => `<li><b>${number}</b>${word}</li>`).join('')}</ul>`;
}

function legend(say: Say): string {
  const key = (look: string, word: string) =>
    `<svg viewBox="0 0 14 14" aria-hidden="true"><rect class="${look}" x="1" y="1" width="12" height="12"/></svg>${word}`;
  const other = say('failed, by Kong alone, not judged', 'fallite, dal solo Kong, non giudicate');
  return `<p class="legend">${say('In the charts:', 'Nei grafici:')} ${key('accepted', say('accepted', 'accettate'))} ${key('refused', say('refused', 'rifiutate'))} ${key('other', other)}</p>`;
}
