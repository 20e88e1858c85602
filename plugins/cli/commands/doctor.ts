import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checklistJson, checklistLines, exitOf, type Finding } from '../checklist';
import { examine, gather, type Sources } from '../doctor';
import { usageError } from '../shell/cli-error';
import type { CommandDefinition } from '../shell/command';
import type { Context } from '../shell/context';
import { EXIT } from '../shell/exit-codes';
import type { Values } from '../shell/values';

const KONG_PREFIX = '/usr/local/kong';

export const doctorCommand: CommandDefinition = {
  about: {
    en: 'Examine a Kong that runs: is it reachable, are the plugins registered, does their server answer and honour every\nconfiguration, are gates, sizes, certificates and clocks right. Each line that is not ok says what to do.\nIt changes nothing; what it sends are requests without a token, which must be refused.',
    it: 'Esamina un Kong in esecuzione: è raggiungibile, i plugin sono registrati, il loro server risponde e onora ogni\nconfigurazione, cancelli, dimensioni, certificati e orologi sono a posto. Ogni riga non ok dice che cosa fare.\nNon cambia nulla; invia solo richieste senza token, che devono essere rifiutate.',
  },
  options: [
    {
      flags: '--prefix <DIR>',
      about: {
        en: `Kong's prefix, on its machine (default: ${KONG_PREFIX}, where Kong has written there)`,
        it: `il prefix di Kong, sulla sua macchina (predefinito: ${KONG_PREFIX}, se Kong vi ha scritto)`,
      },
    },
    { flags: '--admin <URL>', about: { en: "Kong's Admin API", it: 'la Admin API di Kong' } },
    {
      flags: '--admin-token-file <FILE>',
      about: { en: 'its Kong-Admin-Token, in a file', it: 'il suo Kong-Admin-Token, in un file' },
    },
    {
      flags: '--proxy <URL>',
      about: {
        en: 'a ModI route: an unsigned call must be refused',
        it: 'una rotta ModI: una chiamata non firmata va rifiutata',
      },
      repeat: true,
    },
    {
      flags: '--expires-in <DAYS>',
      about: { en: 'warn of certificates that end within', it: 'avvisa dei certificati che scadono entro' },
      default: '30',
    },
    { flags: '--strict', about: { en: 'exit 4 when there are warnings', it: 'codice 4 in presenza di avvisi' } },
    {
      flags: '--output <FORMAT>',
      about: { en: 'form of the result', it: 'forma del risultato' },
      choices: ['text', 'json'],
      default: 'text',
    },
  ],
  examples: [
    {
      line: 'modi doctor --proxy http://127.0.0.1:8000/rest/anagrafe/v1',
      about: {
        en: 'from outside: is the door shut, is the clock right',
        it: "dall'esterno: porta chiusa, orologio giusto",
      },
    },
    {
      line: 'modi doctor --proxy http://127.0.0.1:8000/rest/avvisi/v1 --output json',
      about: { en: 'for a script', it: 'per uno script' },
    },
  ],
  exits: [
    [EXIT.ok, { en: 'nothing is wrong', it: 'nulla che non va' }],
    [
      EXIT.failed,
      { en: 'could not ask: no answer, or a file is not there', it: 'impossibile: nessuna risposta, o file assente' },
    ],
    [EXIT.usage, { en: 'wrong command line', it: 'riga di comando errata' }],
    [EXIT.refused, { en: 'something is wrong', it: 'qualcosa non va' }],
    [EXIT.warnings, { en: 'warnings, with --strict', it: 'avvisi, con --strict' }],
  ],

  async run(values, context) {
    const facts = await gather(readSources(values, context), context);
    const findings = await examine(facts, values.integer('expiresIn', 0, 3650) ?? 30);
    if (values.string('output') === 'json') {
      context.printJson('modi.doctor/1', { findings: checklistJson(findings, context) });
    } else printText(findings, context);
    const code = exitOf(findings);
    return code === EXIT.ok && values.flag('strict') && findings.some(({ level }) => level === 'warn')
      ? EXIT.warnings
      : code;
  },
};

function readSources(values: Values, context: Context): Sources {
  const admin = values.string('admin');
  const proxies = values.list('proxy');
  const told = values.string('prefix');
  const usual = context.host.env['KONG_PREFIX'] ?? KONG_PREFIX;
  const found = admin === undefined && existsSync(join(usual, '.kong_env')) ? usual : undefined;
  return {
    admin: admin === undefined ? undefined : readUrl(admin, '--admin'),
    adminTokenFile: values.string('adminTokenFile'),
    prefix: told ?? (proxies.length === 0 ? found : undefined),
    proxies: proxies.map((url) => readUrl(url, '--proxy')),
  };
}

function readUrl(text: string, flag: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.username === '') return url;
  throw usageError(
    `${flag} must be an http or https URL without a user in it, found "${text}"`,
    `${flag} dev'essere una URL http o https senza utente, trovato "${text}"`,
  );
}

function printText(findings: readonly Finding[], context: Context): void {
  for (const line of checklistLines(findings, context.style, context)) context.print(line);
  const count = (level: Finding['level']): number => findings.filter((one) => one.level === level).length;
  const [bad, odd] = [count('fail'), count('warn')];
  const verdict = {
    en: bad > 0 ? `${bad} wrong, ${odd} to look at` : odd > 0 ? `nothing wrong, ${odd} to look at` : 'all is well',
    it:
      bad > 0
        ? `${bad} da correggere, ${odd} da guardare`
        : odd > 0
          ? `nulla che non va, ${odd} da guardare`
          : 'tutto bene',
  };
  context.print();
  context.print(context.text(verdict));
}
