import { forbidFetches } from '../../core/fetch';
import type { CommandDefinition } from '../shell/command';
import type { Context } from '../shell/context';
import { EXIT } from '../shell/exit-codes';
import { utc } from '../shell/time-text';
import type { Values } from '../shell/values';
import {
  checksForJson,
  printChecks,
  printTokens,
  printVerdict,
  readJudge,
  readRequest,
  readTime,
  type Judge,
  type Judgement,
} from '../verify';
import { VERIFY_OPTIONS } from './verify-options';
import { verifyResponse } from './verify-response';

const FLAGS = '--pattern ID_AUTH_REST_01 --aud https://api.ente.example/v1';
const BOTH = '--pattern ID_AUTH_REST_02,INTEGRITY_REST_01 --aud https://api.ente.example/v1';

export const verifyCommand: CommandDefinition = {
  about: {
    en: 'Judge a captured request, or with --response an answer, with the very code of the gateway, check by check. Nothing is\nsent or fetched without --fetch: what hangs on the network, or on the connection of the request, is left open, and the verdict says so.\nWithout audience and trust no verdict is given.',
    it: 'Giudica una richiesta catturata, o con --response una risposta, con il codice stesso del gateway, controllo per controllo. Senza --fetch\nnulla viene inviato o scaricato: ciò che dipende dalla rete, o dalla connessione della richiesta, resta aperto, e il verdetto lo dice.\nSenza audience e trust non si dà alcun verdetto.',
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
  options: VERIFY_OPTIONS,
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
    {
      line: 'modi call http://127.0.0.1:8000/rest/avvisi/v1 --pattern ID_AUTH_REST_01 --save answer.http && modi verify --explain --response answer.http --aud comune-di-esempio/protocollo-app --anchors .modi/ca.pem',
      about: { en: 'an answer that was kept', it: 'una risposta conservata' },
    },
  ],
  exits: [
    [
      EXIT.ok,
      { en: 'the gateway would accept; the answer verifies', it: 'il gateway accetterebbe; la risposta è verificata' },
    ],
    [
      EXIT.failed,
      {
        en: 'could not tell: unreadable input or configuration, or a key that is only behind the network (UNDECIDED)',
        it: 'non si può dire: ingresso o configurazione illeggibili, o una chiave raggiungibile solo in rete (NON DECISO)',
      },
    ],
    [
      EXIT.usage,
      { en: 'wrong command line, or too little to judge by', it: 'riga di comando errata, o elementi insufficienti' },
    ],
    [
      EXIT.refused,
      {
        en: 'the gateway would refuse; the answer does not verify',
        it: 'il gateway rifiuterebbe; la risposta non è verificata',
      },
    ],
  ],

  async run(values, context) {
    forbidFetches(!values.flag('fetch'));
    const now = readTime(values.string('at'), context.host.now());
    const isAnswer = values.string('response') !== undefined || values.flag('response');
    return isAnswer ? verifyResponse(values, now, context) : verifyRequest(values, now, context);
  },
};

async function verifyRequest(values: Values, now: number, context: Context): Promise<number> {
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
  return EXIT_OF[judgement.outcome];
}

const EXIT_OF = { accepted: EXIT.ok, refused: EXIT.refused, undecided: EXIT.failed } as const;

function printJson({ outcome, results, refusal, open }: Judgement, judge: Judge, now: number, context: Context): void {
  context.printJson('modi.verify/1', {
    outcome,
    status: refusal?.status ?? null,
    code: refusal?.code ?? null,
    detail: refusal === undefined ? null : context.text(refusal.detail),
    at: utc(now),
    patterns: judge.patterns,
    audience: judge.audience,
    open: open.map(({ id, token }) => ({ id, token: token ?? null })),
    checks: checksForJson(results, context),
  });
}
