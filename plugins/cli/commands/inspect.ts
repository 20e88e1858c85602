import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { decodeToken, inspectPage, inspectReport, NOT_VERIFIED, printReport, tokenFromPaste } from '../inspect';
import { certificateViews, type DecodedToken } from '../inspect';
import { CliError, usageError } from '../shell/cli-error';
import type { CommandDefinition } from '../shell/command';
import type { Context } from '../shell/context';
import { EXIT } from '../shell/exit-codes';
import { fileError, readInput } from '../shell/input';
import { utc } from '../shell/time-text';

export const inspectCommand: CommandDefinition = {
  about: {
    en: 'Decode a token and show what it says. Nothing is verified and nothing leaves this machine:\na token is a credential, do not paste it into web sites.',
    it: 'Decodifica un token e mostra che cosa dice. Nulla è verificato e nulla lascia questa macchina:\nun token è una credenziale, non va incollato in siti web.',
  },
  arguments: [
    {
      name: '[TOKEN]',
      about: {
        en: 'the token, @file, or - for stdin (default); "Bearer" and line breaks do not matter',
        it: 'il token, @file, o - per stdin (predefinito); "Bearer" e a capo non contano',
      },
    },
  ],
  options: [
    {
      flags: '--html <FILE>',
      about: { en: 'also write a page that stands alone', it: 'scrive anche una pagina autonoma' },
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
      line: 'modi token --pattern ID_AUTH_REST_01 --aud https://api.ente.example/v1 | modi inspect',
      about: { en: 'what did I just build?', it: 'che cosa ho appena creato?' },
    },
    {
      line: 'modi token --pattern ID_AUTH_REST_01 --aud https://api.ente.example/v1 | modi inspect - --html token.html',
      about: { en: 'as a page to show around, without the signature', it: 'come pagina da mostrare, senza la firma' },
    },
  ],
  exits: [
    [EXIT.ok, { en: 'decoded; this says nothing about validity', it: 'decodificato; non dice nulla sulla validità' }],
    [EXIT.failed, { en: 'not decodable, or unreadable input', it: 'non decodificabile, o ingresso illeggibile' }],
    [EXIT.usage, { en: 'wrong command line', it: 'riga di comando errata' }],
  ],

  async run(values, context) {
    const token = decodeToken(await readToken(values.argument(0), context));
    if (token.header === undefined && token.claims === undefined) throw notAToken(token);
    const { host, language } = context;
    const report = inspectReport(token, host.now(), language);
    if (values.string('output') === 'json') printJson(token, context);
    else printReport(token, report, context);
    const file = values.string('html');
    if (file !== undefined) writePage(file, inspectPage(token, report, host.now(), language), context);
    return token.problems.length === 0 ? EXIT.ok : EXIT.failed;
  },
};

async function readToken(argument: string | undefined, context: Context): Promise<string> {
  if (argument === undefined && context.host.stdin.isTTY) {
    throw usageError(
      'no token: give it as argument, as @file, or through a pipe',
      'nessun token: darlo come argomento, @file, o con una pipe',
    );
  }
  return tokenFromPaste((await readInput(argument ?? '-', context)).toString('utf8'));
}

/** The page shows claims about people, perhaps: for the owner's eyes until the owner decides. */
function writePage(file: string, page: string, context: Context): void {
  try {
    writeFileSync(resolve(context.host.cwd, file), page, { mode: 0o600 });
  } catch (cause) {
    throw fileError(file, cause);
  }
  context.say(context.text({ en: `page written: ${file}`, it: `pagina scritta: ${file}` }));
}

function printJson(token: DecodedToken, context: Context): void {
  const time = (name: string) => {
    const value = token.claims?.[name];
    return typeof value === 'number' ? utc(value) : null;
  };
  context.printJson('modi.inspect/1', {
    verified: false,
    notice: NOT_VERIFIED.en,
    bytes: token.bytes,
    header: token.header ?? null,
    claims: token.claims ?? null,
    times: { iat: time('iat'), nbf: time('nbf'), exp: time('exp') },
    certificates: certificateViews(token.certificates).map(
      ({ notBefore, notAfter, thumbprint, issuedByNext, ...rest }) => ({
        ...rest,
        not_before: utc(notBefore),
        not_after: utc(notAfter),
        'x5t#S256': thumbprint,
        issued_by_next: issuedByNext,
      }),
    ),
    signature_bytes: token.signatureBytes ?? null,
    problems: token.problems,
  });
}

const notAToken = ({ problems }: DecodedToken) =>
  new CliError('CLI_INPUT', {
    en: `this is no compact JWS: ${problems.join('; ')}; a token is header.payload.signature`,
    it: `non è un JWS compatto: ${problems.join('; ')}; un token è header.payload.firma`,
  });
