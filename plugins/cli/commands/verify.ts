import type { CommandDefinition } from '../shell/command';
import type { Context } from '../shell/context';
import { EXIT } from '../shell/exit-codes';
import { utc } from '../shell/time-text';
import type { Judge, Judgement } from '../verify/judge';
import { readJudge, readRequest, readTime } from '../verify/read-options';
import { printChecks, printTokens, printVerdict } from '../verify/text';

const FLAGS = '--pattern ID_AUTH_REST_01 --aud https://api.ente.example/v1';
const BOTH = '--pattern ID_AUTH_REST_02,INTEGRITY_REST_01 --aud https://api.ente.example/v1';

export const verifyCommand: CommandDefinition = {
  about: {
    en: 'Judge a captured request with the very code of the gateway, check by check. Nothing is sent.\nWithout audience and trust no verdict is given.',
    it: 'Giudica una richiesta catturata con il codice stesso del gateway, controllo per controllo. Nulla viene inviato.\nSenza audience e trust non si dà alcun verdetto.',
  },
  arguments: [
    {
      name: '[TOKEN]',
      about: {
        en: 'a token, @file or -; it goes to the header it belongs in',
        it: "un token, @file o -; va nell'intestazione cui appartiene",
      },
    },
  ],
  options: [
    { flags: '--explain', about: { en: 'show every check', it: 'mostra ogni controllo' } },
    { flags: '--all', about: { en: 'go on after the first failure', it: 'prosegue dopo il primo errore' } },
    {
      flags: '--request <FILE>',
      about: { en: 'a whole raw HTTP request, or - for stdin', it: 'una richiesta HTTP intera, o - per stdin' },
    },
    {
      flags: '--headers <FILE>',
      about: { en: 'header lines, or - for stdin', it: 'righe di intestazione, o - per stdin' },
    },
    { flags: '--header <LINE>', about: { en: 'one header line', it: 'una riga di intestazione' }, repeat: true },
    {
      flags: '--body <BODY>',
      about: { en: 'body: the text itself, @file, or -', it: 'corpo: il testo stesso, @file, o -' },
    },
    {
      flags: '--config <FILE>',
      about: {
        en: 'a kong.yml with the configuration to judge by',
        it: 'un kong.yml con la configurazione da applicare',
      },
    },
    { flags: '--route <NAME>', about: { en: 'which route of it', it: 'quale route del file' } },
    { flags: '--plugin-instance <NAME>', about: { en: 'or which instance_name', it: 'oppure quale instance_name' } },
    {
      flags: '--pattern <LIST>',
      about: { en: 'instead of --config: the patterns', it: 'al posto di --config: i pattern' },
    },
    { flags: '--aud <AUDIENCE>', about: { en: 'accepted audience', it: 'audience ammessa' }, repeat: true },
    { flags: '--anchors <FILE>', about: { en: 'trusted authorities, PEM', it: 'autorità fidate, PEM' }, repeat: true },
    {
      flags: '--certificates <FILE>',
      about: { en: 'trusted signer certificates, PEM', it: 'certificati firmatari fidati, PEM' },
      repeat: true,
    },
    {
      flags: '--crl <FILE>',
      about: {
        en: 'revocation list, PEM or DER; also instead of those of --config',
        it: 'lista di revoca, PEM o DER; anche al posto di quelle di --config',
      },
      repeat: true,
    },
    {
      flags: '--at <TIME>',
      about: { en: 'judge as of this time (default: now)', it: 'giudica a questo istante (predefinito: ora)' },
    },
    {
      flags: '--output <FORMAT>',
      about: { en: 'form of the result', it: 'forma del risultato' },
      choices: ['text', 'json'],
      default: 'text',
    },
  ],
  examples: [
    {
      line: `modi token ${FLAGS} | modi verify - --explain ${FLAGS} --anchors .modi/ca.pem`,
      about: { en: 'one token, check by check', it: 'un token, controllo per controllo' },
    },
    {
      line: `modi token ${BOTH} --body '{"codice":"AB12"}' --output http | modi verify --explain --request - ${BOTH} --anchors .modi/ca.pem`,
      about: { en: 'a whole request with body', it: 'una richiesta intera con corpo' },
    },
    {
      line: 'modi token --pattern ID_AUTH_REST_01 --aud http://127.0.0.1:8000/rest/avvisi/v1 | modi verify - --config kong.yml --route avvisi',
      about: { en: 'by the configuration of a route', it: 'secondo la configurazione di una route' },
    },
  ],
  exits: [
    [EXIT.ok, { en: 'the gateway would accept', it: 'il gateway accetterebbe' }],
    [
      EXIT.failed,
      {
        en: 'could not tell: unreadable input or configuration',
        it: 'non si può dire: ingresso o configurazione illeggibili',
      },
    ],
    [
      EXIT.usage,
      { en: 'wrong command line, or too little to judge by', it: 'riga di comando errata, o elementi insufficienti' },
    ],
    [EXIT.refused, { en: 'the gateway would refuse', it: 'il gateway rifiuterebbe' }],
  ],

  async run(values, context) {
    const now = readTime(values.string('at'), context.host.now());
    const judge = readJudge(values, now, context);
    const request = await readRequest(values, context);
    const judgement = await judge.judge(request, values.flag('all'));
    if (values.string('output') === 'json') {
      printJson(judgement, judge, now, context);
    } else {
      if (values.flag('explain')) {
        printTokens(request.headers, context);
        printChecks(judgement.results, context);
      }
      printVerdict(judgement, context);
    }
    return judgement.refusal === undefined ? EXIT.ok : EXIT.refused;
  },
};

function printJson({ results, refusal }: Judgement, judge: Judge, now: number, context: Context): void {
  context.printJson('modi.verify/1', {
    outcome: refusal === undefined ? 'accepted' : 'refused',
    status: refusal?.status ?? null,
    code: refusal?.code ?? null,
    detail: refusal === undefined ? null : context.text(refusal.detail),
    at: utc(now),
    patterns: judge.patterns,
    audience: judge.audience,
    checks: results.map(({ id, title, token, outcome, detail, code }) => ({
      id,
      token: token ?? null,
      title: context.text(title),
      outcome,
      detail: context.text(detail),
      code: code ?? null,
    })),
  });
}
