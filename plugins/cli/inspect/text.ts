import type { Localized } from '../../core/errors';
import type { Context } from '../shell/context';
import { safeText } from '../shell/safe-text';
import { utc, utcAndRelative } from '../shell/time-text';
import type { DecodedToken } from './decode';
import type { InspectReport, Row } from './report';

export const NOT_VERIFIED: Localized = {
  en: 'NOT VERIFIED: decoded only. Anybody can write such a token; believe nothing of it before modi verify.',
  it: 'NON VERIFICATO: solo decodificato. Chiunque può scrivere un token così; non credere a nulla prima di modi verify.',
};

export function printReport(token: DecodedToken, report: InspectReport, context: Context): void {
  const { style } = context;
  const title = (en: string, it: string) => {
    context.print();
    context.print(style.strong(context.text({ en, it })));
  };
  context.print(style.warn(context.text(NOT_VERIFIED)));
  title(`header (${token.bytes} bytes in all)`, `header (${token.bytes} byte in tutto)`);
  printRows(report.header, context);
  title('claims', 'claim');
  printRows(report.claims, context);
  if (report.certificates.length > 0) {
    title('certificates, as the token presents them', 'certificati, come il token li presenta');
    printChain(report, context);
  }
  const size = token.signatureBytes ?? 0;
  title(`signature: ${size} bytes, not checked`, `firma: ${size} byte, non controllata`);
  for (const problem of token.problems) {
    context.print(`${style.bad(context.text({ en: 'malformed', it: 'malformato' }))} ${safeText(problem)}`);
  }
}

function printRows(rows: readonly Row[], context: Context): void {
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  for (const [name, value] of rows) {
    context.print(`  ${context.style.accent(safeText(name).padEnd(width))}  ${safeText(value)}`);
  }
}

/** Leaf first, each issuer one step to the right. */
function printChain({ certificates }: InspectReport, context: Context): void {
  const { host, language } = context;
  const corner = /utf-?8/i.test(host.env['LC_ALL'] ?? host.env['LANG'] ?? '') ? '└─' : '`-';
  certificates.forEach((certificate, depth) => {
    const indent = '  '.repeat(depth + 1);
    const branch = depth === 0 ? '' : `${corner} `;
    context.print(`${indent}${branch}${safeText(certificate.subject)}`);
    const inner = indent + ' '.repeat(branch.length);
    const until = utcAndRelative(certificate.notAfter, host.now(), language);
    const from = utc(certificate.notBefore);
    context.print(
      context.style.faint(
        `${inner}${certificate.key}, ${context.text({ en: `from ${from} until ${until}`, it: `dal ${from} al ${until}` })}`,
      ),
    );
    context.print(context.style.faint(`${inner}x5t#S256 ${certificate.thumbprint}`));
    if (certificate.issuedByNext) return;
    const issuer = safeText(certificate.issuer);
    const selfIssued = certificate.issuer === certificate.subject;
    context.print(
      `${inner}${context.text(
        selfIssued
          ? { en: 'issued by itself', it: 'emesso da sé stesso' }
          : { en: `issued by ${issuer}, not in the token`, it: `emesso da ${issuer}, non nel token` },
      )}`,
    );
  });
}
