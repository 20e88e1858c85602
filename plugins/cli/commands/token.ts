import { buildPdndCall, PDND_BREAKAGE_SECTION, PDND_OPTIONS } from '../pdnd';
import { usageError } from '../shell/cli-error';
import type { CommandDefinition } from '../shell/command';
import type { Context } from '../shell/context';
import { EXIT } from '../shell/exit-codes';
import { utc } from '../shell/time-text';
import type { Values } from '../shell/values';
import {
  BREAKAGE_SECTION,
  buildWire,
  planRequest,
  readBreakage,
  renderCurl,
  readUrl,
  renderHttp,
  REQUEST_OPTIONS,
  type WireRequest,
} from '../request';

export const tokenCommand: CommandDefinition = {
  about: {
    en: 'Build the signed tokens that a combination of ModI patterns asks for, and print the headers to send.\nNothing is sent; with --pdnd a voucher is asked for at the platform. The output is a credential: it is worth its --ttl.',
    it: 'Crea i token firmati che una combinazione di pattern ModI richiede e stampa le intestazioni da inviare.\nNulla viene inviato; con --pdnd si chiede un voucher alla piattaforma. Il risultato è una credenziale: vale quanto il suo --ttl.',
  },
  options: [
    {
      flags: '--aud <AUDIENCE>',
      about: { en: 'claim aud: the identifier of the service', it: 'claim aud: identificatore del servizio' },
    },
    ...REQUEST_OPTIONS,
    ...PDND_OPTIONS,
    {
      flags: '--url <URL>',
      about: {
        en: 'URL for --output http and curl (default: --aud)',
        it: 'URL per --output http e curl (predefinito: --aud)',
      },
    },
    {
      flags: '--output <FORMAT>',
      about: {
        en: 'headers to send, JSON, a raw HTTP request, or a curl command',
        it: 'intestazioni da inviare, JSON, richiesta HTTP, o comando curl',
      },
      choices: ['text', 'json', 'http', 'curl'],
      default: 'text',
    },
  ],
  sections: [BREAKAGE_SECTION, PDND_BREAKAGE_SECTION],
  examples: [
    {
      line: 'modi token --pattern ID_AUTH_REST_01 --aud https://api.ente.example/v1',
      about: {
        en: 'the Authorization header of a dev client',
        it: "l'intestazione Authorization di un client di sviluppo",
      },
    },
    {
      line: `modi token --pattern ID_AUTH_REST_02,INTEGRITY_REST_01 --aud https://api.ente.example/v1 --body '{"codice":"AB12"}' --output curl`,
      about: {
        en: 'both tokens and the Digest, as a curl command',
        it: 'entrambi i token e il Digest, come comando curl',
      },
    },
    {
      line: 'modi token --pattern ID_AUTH_REST_01 --key .modi/client-rsa.key --cert .modi/client-rsa.pem --iss me --aud https://api.ente.example/v1 --output json',
      about: { en: 'with a key and certificate of your own', it: 'con chiave e certificato propri' },
    },
  ],
  exits: [
    [EXIT.ok, { en: 'tokens built', it: 'token creati' }],
    [
      EXIT.failed,
      { en: 'a key, certificate or file could not be read', it: 'chiave, certificato o file non leggibile' },
    ],
    [EXIT.usage, { en: 'wrong command line', it: 'riga di comando errata' }],
  ],

  async run(values, context) {
    const audience = values.string('aud');
    if (audience === undefined) throw noAudience();
    const output = values.string('output') ?? 'text';
    const asMessage = output === 'http' || output === 'curl';
    const target = values.string('url') ?? audience;
    const url = asMessage || values.flag('pdnd') ? readUrl(target, '--url') : undefined;
    const built = await build(values, url, audience, context);
    const { wire } = built;
    if (wire.tokens.length === 0 && values.string('break') === undefined) throw nothingToSign();
    if (output === 'json') printJson(wire, context);
    else if (url === undefined || !asMessage) printHeaders(wire, context);
    else if (output === 'http') context.host.stdout.write(renderHttp(wire, url));
    else context.print(renderCurl(wire, url, dataOf(built, values)));
    return EXIT.ok;
  },
};

interface Built {
  readonly wire: WireRequest;
  /** The body before anything was spoilt. */
  readonly body: Buffer;
}

async function build(values: Values, url: URL | undefined, audience: string, context: Context): Promise<Built> {
  if (values.flag('pdnd') && url !== undefined) {
    const { wire, body } = await buildPdndCall(values, url, audience, context);
    return { wire, body };
  }
  const plan = await planRequest(values, audience, context);
  return { wire: await buildWire(plan, readBreakage(values.string('break'))), body: plan.request.body };
}

function printJson(wire: WireRequest, context: Context): void {
  context.printJson('modi.token/1', {
    method: wire.method,
    headers: wire.headers,
    body_bytes: wire.body.length,
    tokens: wire.tokens.map(({ header, jose, claims, jws }) => ({
      header,
      jose,
      claims,
      expires: utc(Number(claims['exp'])),
      jws,
    })),
  });
}

/** Ready for `curl --header @-`. */
function printHeaders({ headers }: WireRequest, context: Context): void {
  for (const [name, value] of headers) context.print(`${name}: ${value}`);
}

/** The body as curl takes it: as it was given, unless it was spoilt since. */
function dataOf({ wire, body }: Built, values: Values): string {
  const given = values.string('body') ?? '';
  if (wire.body !== body) return wire.body.toString('utf8');
  return given === '-' ? '@-' : given;
}

const noAudience = () =>
  usageError(
    '--aud is missing: a token names the service it is meant for, usually the published URL of the e-service',
    "manca --aud: un token indica il servizio cui è destinato, di solito l'URL pubblicato dell'e-service",
  );

const nothingToSign = () =>
  usageError(
    'nothing to sign: INTEGRITY_REST_01 without a body; give --body, or --empty-body always',
    'nulla da firmare: INTEGRITY_REST_01 senza corpo; indicare --body, o --empty-body always',
  );
