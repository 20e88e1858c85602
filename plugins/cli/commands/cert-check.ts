import { inspectMaterial } from '../../check';
import { setNoticeSink } from '../../core/notices';
import { durationOf, exitCodeOf, printJson, printText, subjectOf } from '../cert-check';
import type { CommandDefinition } from '../shell/command';
import { EXIT } from '../shell/exit-codes';
import { readTime } from '../verify';

export const certCheckCommand: CommandDefinition = {
  about: {
    en: 'Look at every certificate, revocation list and key that a kong.yml or the file of a collector names, or that stands in the\nfiles given: dates, keys, usage, paths, revocation. Nothing leaves this machine without --fetch.',
    it: 'Esamina ogni certificato, lista di revoca e chiave che un kong.yml o il file di un collettore nomina, o che sta nei file\nindicati: date, chiavi, usi, percorsi, revoca. Nulla lascia questa macchina senza --fetch.',
  },
  arguments: [
    {
      name: '[FILES...]',
      about: {
        en: 'kong.yml files, or PEM, DER, PKCS#12, JWK (default: kong.yml)',
        it: 'file kong.yml, o PEM, DER, PKCS#12, JWK (predefinito: kong.yml)',
      },
    },
  ],
  options: [
    {
      flags: '--expires-in <TIME>',
      about: {
        en: 'what ends within this time is not as it should be: 30d, 12h, 90m',
        it: 'ciò che finisce entro questo tempo non è a posto: 30d, 12h, 90m',
      },
      default: '30d',
    },
    {
      flags: '--crl-expires-in <TIME>',
      about: { en: 'the same for revocation lists', it: 'lo stesso per le liste di revoca' },
      default: '0d',
    },
    {
      flags: '--anchors <FILE>',
      about: {
        en: 'authorities that certificates to sign with, and those in files, must lead to',
        it: 'autorità cui i certificati con cui si firma, e quelli nei file, devono portare',
      },
      repeat: true,
    },
    {
      flags: '--crl <FILE>',
      about: { en: 'a revocation list, PEM or DER', it: 'una lista di revoca, PEM o DER' },
      repeat: true,
    },
    {
      flags: '--extended-key-usage <OID>',
      about: {
        en: 'usage that certificates in files must hold one of',
        it: 'uso di cui i certificati nei file devono averne uno',
      },
      repeat: true,
    },
    {
      flags: '--password-file <FILE>',
      about: {
        en: 'file with the password of containers and keys in files',
        it: 'file con la password di contenitori e chiavi nei file',
      },
    },
    {
      flags: '--fetch',
      about: {
        en: 'fetch lists and key sets behind URLs, and ask responders, as the configuration names them',
        it: 'scarica liste e insiemi di chiavi dietro URL, e interroga i servizi OCSP, come la configurazione li nomina',
      },
    },
    {
      flags: '--at <TIME>',
      about: { en: 'judge as of this time (default: now)', it: 'giudica a questo istante (predefinito: ora)' },
    },
    { flags: '--quiet', about: { en: 'print only what is wrong', it: 'stampa solo ciò che non va' } },
    {
      flags: '--output <FORMAT>',
      about: { en: 'form of the result', it: 'forma del risultato' },
      choices: ['text', 'json'],
      default: 'text',
    },
  ],
  examples: [
    { line: 'modi cert check --expires-in 30d kong.yml', about: { en: 'the sample', it: "l'esempio" } },
    {
      line: 'modi cert check .modi/ca.pem .modi/crl.pem --expires-in 90d',
      about: { en: 'files, with more time ahead', it: 'file, con più anticipo' },
    },
    {
      line: 'modi cert check --output json kong.yml',
      about: { en: 'for another tool', it: 'per un altro strumento' },
    },
  ],
  exits: [
    [EXIT.ok, { en: 'all is as it should be', it: 'tutto è a posto' }],
    [
      EXIT.failed,
      {
        en: 'could not tell: something is unreadable or unknown, or there was nothing to look at',
        it: 'non si può dire: qualcosa è illeggibile o ignoto, o non c’era nulla da esaminare',
      },
    ],
    [EXIT.usage, { en: 'wrong command line', it: 'riga di comando errata' }],
    [
      EXIT.refused,
      {
        en: 'something ends, has ended, is revoked, too weak, or not fit',
        it: 'qualcosa scade, è scaduto, revocato, troppo debole o inadatto',
      },
    ],
  ],

  async run(values, context) {
    const mayFetch = values.flag('fetch');
    // What cannot be asked or fetched is told in its row.
    setNoticeSink(() => undefined);
    const now = readTime(values.string('at'), context.host.now());
    const home = context.host.env['MODI_HOME'] ?? context.host.cwd;
    const settings = {
      now,
      expiresWithin: durationOf(values, 'expiresIn', '--expires-in'),
      listsExpireWithin: durationOf(values, 'crlExpiresIn', '--crl-expires-in'),
      mayFetch,
    };
    const inspection = await inspectMaterial(await subjectOf(values, home, context), settings);
    if (values.string('output') === 'json') printJson(inspection, now, context);
    else printText(inspection, { now, quiet: values.flag('quiet') }, context);
    return exitCodeOf(inspection);
  },
};
