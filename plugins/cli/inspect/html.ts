import type { Language } from '../../core/errors';
import { utc, utcAndRelative } from '../shell/time-text';
import type { DecodedToken } from './decode';
import type { InspectReport, Row } from './report';
import { NOT_VERIFIED } from './text';

/** A page that stands alone: no script, nothing fetched, and without the signature, so that it is no credential. */
export function inspectPage(token: DecodedToken, report: InspectReport, now: number, language: Language): string {
  const say = (en: string, it: string) => escape(language === 'it' ? it : en);
  const section = (title: string, body: string) => `<section><h2>${title}</h2>${body}</section>`;
  const certificates = report.certificates.map(({ subject, issuer, key, notAfter, thumbprint }) =>
    table([
      [language === 'it' ? 'soggetto' : 'subject', subject],
      [language === 'it' ? 'emittente' : 'issuer', issuer],
      [language === 'it' ? 'chiave' : 'key', key],
      [language === 'it' ? 'scade' : 'ends', utcAndRelative(notAfter, now, language)],
      ['x5t#S256', thumbprint],
    ]),
  );
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${say('ModI token, not verified', 'Token ModI, non verificato')}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${say('ModI token', 'Token ModI')}</h1>
<p class="notice">${escape(NOT_VERIFIED[language])}</p>
<p>${say('Decoded', 'Decodificato')} ${utc(now)}</p>
${section(say('Header', 'Header'), table(report.header))}
${section(say('Claims', 'Claim'), table(report.claims))}
${certificates.length === 0 ? '' : section(say('Certificates, as the token presents them', 'Certificati, come il token li presenta'), certificates.join('\n'))}
${section(say('Signature', 'Firma'), `<p>${token.signatureBytes ?? 0} byte${say('s, not checked', ', non controllata')}</p>`)}
${token.problems.length === 0 ? '' : section(say('Malformed', 'Malformato'), `<ul>${token.problems.map((problem) => `<li>${escape(problem)}</li>`).join('')}</ul>`)}
</body>
</html>
`;
}

const table = (rows: readonly Row[]): string =>
  `<table>${rows.map(([name, value]) => `<tr><th>${escape(name)}</th><td>${escape(value)}</td></tr>`).join('')}</table>`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #111; }
.notice { border: 3px solid #b00020; color: #b00020; padding: .75rem 1rem; font-weight: 700; }
h2 { font-size: 1.1rem; border-bottom: 1px solid #999; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; margin-bottom: 1rem; }
th { text-align: left; vertical-align: top; width: 11rem; font-weight: 600; padding: .2rem .5rem .2rem 0; }
td { font-family: ui-monospace, monospace; overflow-wrap: anywhere; padding: .2rem 0; }
@media print { body { margin: 0; } @page { size: A4; margin: 18mm; } }
`;
