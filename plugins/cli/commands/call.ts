import type { Localized } from '../../core/errors';
import {
  audienceOf,
  BREAKAGE_SECTION,
  buildWire,
  headerOf,
  planRequest,
  printAnswer,
  printProblem,
  printRequest,
  problemOf,
  readBreakage,
  readUrl,
  REQUEST_OPTIONS,
  send,
  type Answer,
  type Problem,
  type WireRequest,
} from '../request';
import type { CommandDefinition } from '../shell/command';
import type { Context } from '../shell/context';
import { EXIT } from '../shell/exit-codes';
import { readFile } from '../shell/input';

export const callCommand: CommandDefinition = {
  about: {
    en: 'Sign a request, send it to URL, show the exchange, and explain a refusal.\nThis is the one command that sends something: to URL, and nowhere else.',
    it: "Firma una richiesta, la invia a URL, mostra lo scambio e spiega l'eventuale rifiuto.\nÈ l'unico comando che invia qualcosa: a URL, e a nessun altro.",
  },
  arguments: [{ name: '<URL>', about: { en: 'where to send the request', it: 'dove inviare la richiesta' } }],
  options: [
    {
      flags: '--aud <AUDIENCE>',
      about: { en: 'claim aud (default: URL without query)', it: 'claim aud (predefinito: URL senza query)' },
    },
    ...REQUEST_OPTIONS,
    {
      flags: '--cacert <FILE>',
      about: {
        en: 'authorities of the server certificate, for https',
        it: 'autorità del certificato server, per https',
      },
    },
    {
      flags: '--timeout <SECONDS>',
      about: { en: 'give up after this time', it: 'rinuncia dopo questo tempo' },
      default: '30',
    },
    {
      flags: '--output <FORMAT>',
      about: { en: 'form of the result', it: 'forma del risultato' },
      choices: ['text', 'json'],
      default: 'text',
    },
  ],
  sections: [BREAKAGE_SECTION],
  examples: [
    {
      line: `modi call http://127.0.0.1:8000/rest/anagrafe/v1/persone --pattern ID_AUTH_REST_02,INTEGRITY_REST_01 --body '{"codice":"AB12"}'`,
      about: { en: 'a call that the sample gateway accepts', it: 'una chiamata che il gateway di esempio accetta' },
    },
    {
      line: `modi call http://127.0.0.1:8000/rest/anagrafe/v1/persone --pattern ID_AUTH_REST_02,INTEGRITY_REST_01 --body '{"codice":"AB12"}' --break digest`,
      about: {
        en: 'the same, spoilt: refused with MODI_DIGEST_MISMATCH',
        it: 'la stessa, guasta: rifiutata con MODI_DIGEST_MISMATCH',
      },
    },
  ],
  exits: [
    [EXIT.ok, { en: 'answered 2xx', it: 'risposta 2xx' }],
    [EXIT.failed, { en: 'no answer: network, key or file', it: 'nessuna risposta: rete, chiave o file' }],
    [EXIT.usage, { en: 'wrong command line', it: 'riga di comando errata' }],
    [EXIT.refused, { en: 'refused: any other status', it: 'rifiutata: ogni altro stato' }],
  ],

  async run(values, context) {
    const url = readUrl(values.argument(0) ?? '', 'URL');
    const breakage = readBreakage(values.string('break'));
    const plan = await planRequest(values, values.string('aud') ?? audienceOf(url), context);
    const wire = withManners(await buildWire(plan, breakage), context);
    const cacert = values.string('cacert');
    const options = {
      timeout: values.integer('timeout', 1, 3600) ?? 30,
      authorities: cacert === undefined ? undefined : readFile(cacert, context),
    };
    if (breakage?.twice === true) {
      const first = await send(wire, url, options);
      context.say(`${context.text(FIRST_ANSWER)} ${first.status}`);
    }
    const answer = await send(wire, url, options);
    const problem = isAccepted(answer) ? undefined : problemOf(answer);
    report({ wire, url, answer, problem }, values.string('output') === 'json', context);
    return isAccepted(answer) ? EXIT.ok : EXIT.refused;
  },
};

const FIRST_ANSWER: Localized = { en: 'the first of the two was answered', it: 'la prima delle due ha avuto risposta' };

const isAccepted = ({ status }: Answer): boolean => status >= 200 && status < 300;

/** The headers of a polite client, unless the caller gave its own: the refusal comes in the user's language. */
function withManners(wire: WireRequest, context: Context): WireRequest {
  const manners = [
    ['Accept', 'application/json, application/problem+json, */*;q=0.1'],
    ['Accept-Language', context.language],
    ['User-Agent', 'modi'],
  ] as const;
  const missing = manners.filter(([name]) => headerOf(wire.headers, name) === undefined);
  return { ...wire, headers: [...wire.headers, ...missing] };
}

interface Exchange {
  readonly wire: WireRequest;
  readonly url: URL;
  readonly answer: Answer;
  readonly problem: Problem | undefined;
}

function report(exchange: Exchange, json: boolean, context: Context): void {
  const { wire, url, answer, problem } = exchange;
  if (json) {
    printJson(exchange, context);
    return;
  }
  printRequest(wire, url, context);
  printAnswer(answer, context);
  if (!isAccepted(answer)) printProblem(problem, answer, context);
}

function printJson({ wire, url, answer, problem }: Exchange, context: Context): void {
  context.printJson('modi.call/1', {
    outcome: isAccepted(answer) ? 'accepted' : 'refused',
    request: { method: wire.method, url: url.href, headers: wire.headers, body_bytes: wire.body.length },
    response: { status: answer.status, headers: answer.headers, body: answer.body.toString('utf8') },
    problem:
      problem === undefined
        ? null
        : {
            code: problem.code ?? null,
            title: problem.title ?? null,
            detail: problem.detail ?? null,
            act: problem.row?.act ?? null,
            clause: problem.row?.clause ?? null,
            instance: problem.instance ?? null,
          },
  });
}
