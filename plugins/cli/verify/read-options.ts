import { resolve } from 'node:path';
import { decodeToken, tokenFromPaste } from '../inspect';
import { usageError } from '../shell/cli-error';
import { configured } from '../shell/config-fault';
import type { Context } from '../shell/context';
import { readFile, readInput } from '../shell/input';
import type { Values } from '../shell/values';
import type { Judge, JudgeRequest } from './judge';
import { offlineTrust } from './offline-trust';
import { parseHeaderLines, parseRawRequest } from './read-request';
import { selectPlugin } from './select-plugin';
import { gatewayJudge } from './verify-with-gateway';

/** The judge that the options describe: a plugin of a kong.yml, or patterns, audience and trust by flag. */
export function readJudge(values: Values, now: number, context: Context): Judge {
  const file = values.string('config');
  const config = file === undefined ? configFromFlags(values, context) : configFromFile(file, values, context);
  return configured(file === undefined ? '' : `${file}: `, () =>
    gatewayJudge(offlineTrust(config, values, context), now, values.flag('fetch')),
  );
}

function configFromFile(file: string, values: Values, context: Context): unknown {
  const text = readFile(file, context).toString('utf8');
  return selectPlugin(text, file, { instance: values.string('pluginInstance'), route: values.string('route') });
}

/** Without audience and trust no answer could ever mean anything: such a question is refused. */
function configFromFlags(values: Values, context: Context): unknown {
  const patterns = (values.string('pattern') ?? '')
    .split(',')
    .map((word) => word.trim().toUpperCase().replaceAll('-', '_'));
  const paths = (name: string) => values.list(name).map((path) => resolve(context.host.cwd, path));
  const anchors = paths('anchors');
  const certificates = paths('certificates');
  const keySets = paths('jwks').length;
  const audience = values.list('aud');
  const missing = [
    ...(values.string('pattern') === undefined ? ['--pattern'] : []),
    ...(audience.length === 0 ? ['--aud'] : []),
    ...(anchors.length + certificates.length + keySets === 0 ? ['--anchors'] : []),
  ];
  if (missing.length > 0) throw cannotJudge(missing);
  return {
    patterns,
    audience,
    trust: {
      ...(anchors.length === 0 ? {} : { anchors }),
      ...(certificates.length === 0 ? {} : { certificates }),
    },
  };
}

const cannotJudge = (missing: readonly string[]) =>
  usageError(
    `without ${missing.join(', ')} no verdict would mean anything; give them, or --config kong.yml`,
    `senza ${missing.join(', ')} nessun verdetto avrebbe senso; indicarli, oppure --config kong.yml`,
  );

/** The request to be judged: a whole captured one, or token, headers and body one by one. */
export async function readRequest(values: Values, context: Context): Promise<JudgeRequest> {
  const token = values.argument(0);
  const whole = values.string('request');
  if (whole !== undefined) {
    if (token !== undefined)
      throw usageError('TOKEN and --request exclude each other', 'TOKEN e --request si escludono');
    return parseRawRequest(await readFileOrStdin(whole, context));
  }
  const { lines, body } = await readPieces(values, context);
  const all = token === undefined ? lines : [...lines, tokenLine((await readInput(token, context)).toString('latin1'))];
  if (all.length === 0) throw nothingGiven();
  return { headers: parseHeaderLines(all), body };
}

/** Header lines and body of a message that comes in pieces. */
export async function readPieces(
  values: Values,
  context: Context,
): Promise<{ readonly lines: readonly string[]; readonly body: Buffer }> {
  const body = values.string('body');
  const file = values.string('headers');
  const text = file === undefined ? '' : (await readFileOrStdin(file, context)).toString('latin1');
  return {
    lines: [...text.split(/\r?\n/), ...values.list('header')].filter((line) => line !== ''),
    body: body === undefined ? Buffer.alloc(0) : await readInput(body, context),
  };
}

/** The bytes of a file that is named with or without `@`; `-` is stdin. */
export const readFileOrStdin = async (name: string, context: Context): Promise<Buffer> =>
  name === '-' ? context.host.stdin.read() : readFile(name.replace(/^@/, ''), context);

/** A token alone goes where it belongs: one that signs headers is an integrity token. */
function tokenLine(pasted: string): string {
  const token = tokenFromPaste(pasted);
  const isIntegrity = decodeToken(token).claims?.['signed_headers'] !== undefined;
  return isIntegrity ? `Agid-JWT-Signature: ${token}` : `Authorization: Bearer ${token}`;
}

const nothingGiven = () =>
  usageError(
    'nothing to verify: give TOKEN, --headers, or a whole --request',
    'nulla da verificare: indicare TOKEN, --headers, o una --request intera',
  );

/** `--at`: RFC 3339, or seconds since the epoch. */
export function readTime(text: string | undefined, now: number): number {
  if (text === undefined) return now;
  const seconds = /^\d+$/.test(text) ? Number(text) : Date.parse(text) / 1000;
  if (Number.isFinite(seconds) && (/^\d+$/.test(text) || /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text)))
    return seconds;
  throw usageError(
    `--at must be a time such as 2026-11-23T10:00:00Z, or seconds, found "${text}"`,
    `--at dev'essere un istante come 2026-11-23T10:00:00Z, o secondi, trovato "${text}"`,
  );
}
