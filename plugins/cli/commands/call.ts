import type { Localized } from '../../core/errors';
import { ANSWER_OPTIONS, judgeReceived, printReceived, readAnswerPlan, receivedForJson, saveAnswer } from '../answer';
import {
  audienceOf,
  BREAKAGE_SECTION,
  buildWire,
  exchangeForJson,
  headerOf,
  isAccepted,
  planRequest,
  printExchange,
  problemOf,
  readBreakage,
  readUrl,
  REQUEST_OPTIONS,
  send,
  type SendOptions,
  type WireRequest,
} from '../request';
import { buildPdndCall, PDND_BREAKAGE_SECTION, PDND_OPTIONS } from '../pdnd';
import type { CommandDefinition } from '../shell/command';
import type { Context } from '../shell/context';
import { EXIT } from '../shell/exit-codes';
import { readFile } from '../shell/input';
import type { Values } from '../shell/values';

export const callCommand: CommandDefinition = {
  about: {
    en: 'Sign a request, send it to URL, show the exchange, verify a signed answer, and explain a refusal.\nThis is the one command that sends something: to URL, and with --pdnd to the platform.',
    it: "Firma una richiesta, la invia a URL, mostra lo scambio, verifica una risposta firmata e spiega un rifiuto.\nÈ l'unico comando che invia qualcosa: a URL, e con --pdnd alla piattaforma.",
  },
  arguments: [{ name: '<URL>', about: { en: 'where to send the request', it: 'dove inviare la richiesta' } }],
  options: [
    {
      flags: '--aud <AUDIENCE>',
      about: { en: 'claim aud (default: URL without query)', it: 'claim aud (predefinito: URL senza query)' },
    },
    ...REQUEST_OPTIONS,
    ...PDND_OPTIONS,
    ...ANSWER_OPTIONS,
    {
      flags: '--save <FILE>',
      about: {
        en: 'keep the answer, byte for byte, as curl -i would',
        it: 'conserva la risposta, byte per byte, come curl -i',
      },
    },
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
  sections: [BREAKAGE_SECTION, PDND_BREAKAGE_SECTION],
  examples: [
    {
      line: `modi call http://127.0.0.1:8000/rest/anagrafe/v1/persone --pattern ID_AUTH_REST_02,INTEGRITY_REST_01 --body '{"codice":"AB12"}'`,
      about: {
        en: 'a call that the sample gateway accepts, and whose answer is verified',
        it: 'una chiamata che il gateway di esempio accetta, e la cui risposta è verificata',
      },
    },
    {
      line: `modi call http://127.0.0.1:8000/rest/anagrafe/v1/persone --pattern ID_AUTH_REST_02,INTEGRITY_REST_01 --body '{"codice":"AB12"}' --expect-signed --expect-request-digest`,
      about: {
        en: 'the same, for scripts: an answer without proof of both sides is refused',
        it: 'la stessa, per gli script: una risposta senza prova di entrambe le parti è rifiutata',
      },
    },
    {
      line: `modi call http://127.0.0.1:8000/rest/anagrafe/v1/persone --pattern ID_AUTH_REST_02,INTEGRITY_REST_01 --body '{"codice":"AB12"}' --break digest`,
      about: {
        en: 'the same, spoilt: refused with MODI_DIGEST_MISMATCH',
        it: 'la stessa, guasta: rifiutata con MODI_DIGEST_MISMATCH',
      },
    },
    {
      line: `modi call http://127.0.0.1:8000/rest/pdnd/v1/persone --pdnd --pattern AUDIT_REST_02,INTEGRITY_REST_02 --dpop --body '{"codice":"AB12"}'`,
      about: {
        en: 'a whole consumer of the PDND, on the mock platform of modi start',
        it: 'un intero fruitore della PDND, sulla piattaforma simulata di modi start',
      },
    },
  ],
  exits: [
    [EXIT.ok, { en: 'answered 2xx; verified when signed', it: 'risposta 2xx; verificata se firmata' }],
    [
      EXIT.failed,
      {
        en: 'no answer (network, key or file), or nothing to verify it by',
        it: 'nessuna risposta (rete, chiave o file), o nulla con cui verificarla',
      },
    ],
    [EXIT.usage, { en: 'wrong command line', it: 'riga di comando errata' }],
    [
      EXIT.refused,
      {
        en: 'refused: any other status, or an answer that does not verify',
        it: 'rifiutata: ogni altro stato, o una risposta non verificata',
      },
    ],
  ],

  async run(values, context) {
    const url = readUrl(values.argument(0) ?? '', 'URL');
    const signed = await sign(values, url, context);
    const answerPlan = readAnswerPlan(values, signed.clientId, context);
    const wire = withManners(signed.wire, context);
    const options = sendOptions(values, context);
    if (signed.twice) {
      const first = await send(wire, url, options);
      context.say(`${context.text(FIRST_ANSWER)} ${first.status}`);
    }
    const answer = await send(wire, url, options);
    saveAnswer(answer, values.string('save'), context);
    const exchange = { wire, url, answer, problem: isAccepted(answer) ? undefined : problemOf(answer) };
    const json = values.string('output') === 'json';
    if (!json) printExchange(exchange, context);
    const received = await judgeReceived(answerPlan, exchange, context);
    if (json) context.printJson('modi.call/1', { ...exchangeForJson(exchange), ...receivedForJson(received, context) });
    else printReceived(received, context);
    return isAccepted(answer) && received.judgement?.refusal === undefined ? EXIT.ok : EXIT.refused;
  },
};

interface Signed {
  readonly wire: WireRequest;
  /** Who the request says it is from. */
  readonly clientId: string | undefined;
  readonly twice: boolean;
}

async function sign(values: Values, url: URL, context: Context): Promise<Signed> {
  const audience = values.string('aud') ?? audienceOf(url);
  if (values.flag('pdnd')) {
    const { wire, clientId, breakage } = await buildPdndCall(values, url, audience, context);
    return { wire, clientId, twice: breakage?.twice === true };
  }
  const breakage = readBreakage(values.string('break'));
  const plan = await planRequest(values, audience, context);
  const wire = await buildWire(plan, breakage);
  return { wire, clientId: plan.request.claims.clientId, twice: breakage?.twice === true };
}

function sendOptions(values: Values, context: Context): SendOptions {
  const cacert = values.string('cacert');
  return {
    timeout: values.integer('timeout', 1, 3600) ?? 30,
    authorities: cacert === undefined ? undefined : readFile(cacert, context),
  };
}

const FIRST_ANSWER: Localized = { en: 'the first of the two was answered', it: 'la prima delle due ha avuto risposta' };

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
