import {
  SigningError,
  signedHeaders,
  type DigestAlgorithm,
  type HeaderList,
  type KeyReference,
  type Pattern,
  type RequestToSign,
} from '../../core/sign';
import { usageError } from '../shell/cli-error';
import type { Context } from '../shell/context';
import { readInput } from '../shell/input';
import type { Values } from '../shell/values';
import { contentTypeOf, headerOf, readHeaders } from './headers';
import { loadSigner, type Signer } from './identity';
import { PATTERNS, readPatterns } from './patterns';

/** A request to be signed, and the words it goes out under. */
export interface RequestPlan {
  readonly method: string;
  readonly request: RequestToSign & { readonly body: Buffer };
}

const LONGEST_LIFE_SECONDS = 31_536_000;

/** The message itself, whatever is going to be signed of it. */
export interface Message {
  readonly method: string;
  readonly headers: HeaderList;
  readonly body: Buffer;
}

/** Reads method, headers and body of REQUEST_OPTIONS. */
export async function readMessage(values: Values, context: Context): Promise<Message> {
  const bodyText = values.string('body');
  const body = bodyText === undefined ? Buffer.alloc(0) : await readInput(bodyText, context);
  const given = readHeaders(values.list('header'));
  const headers =
    body.length === 0 || headerOf(given, 'content-type') !== undefined
      ? given
      : ([...given, ['Content-Type', contentTypeOf(body)]] as const);
  return { method: readMethod(values, body), headers, body };
}

/** The claims of --claim. */
export const readFurtherClaims = (values: Values): Readonly<Record<string, unknown>> =>
  Object.fromEntries(values.list('claim').map(readClaim));

/** Reads REQUEST_OPTIONS into a plan; time and jti come from the host. */
export async function planRequest(values: Values, audience: string, context: Context): Promise<RequestPlan> {
  const patterns = readPatterns(values.string('pattern'), PATTERNS);
  const signer = loadSigner(values, context);
  const { method, headers, body } = await readMessage(values, context);
  const furtherSignedHeaders = values.list('signedHeader').filter((name) => name.toLowerCase() !== 'digest');
  requirePresent(furtherSignedHeaders, headers);
  return {
    method,
    request: {
      patterns,
      identity: signer.identity,
      reference: (values.string('reference') ?? 'x5c') as KeyReference,
      headers,
      body,
      claims: readClaims(values, patterns, audience, signer, context),
      digestAlgorithm: (values.string('digestAlgorithm') ?? 'SHA-256') as DigestAlgorithm,
      furtherSignedHeaders,
      signEmptyBody: values.string('emptyBody') === 'always',
    },
  };
}

function readClaims(
  values: Values,
  patterns: readonly Pattern[],
  audience: string,
  signer: Signer,
  context: Context,
): RequestToSign['claims'] {
  const jtiDue = patterns.includes('ID_AUTH_REST_02');
  return {
    audience,
    issuedAt: context.host.now(),
    lifetime: values.integer('ttl', 1, LONGEST_LIFE_SECONDS) ?? 60,
    issuer: values.string('iss') ?? signer.issuer,
    subject: values.string('sub') ?? signer.subject,
    clientId: values.string('clientId') ?? signer.clientId,
    jti: values.string('jti') ?? (jtiDue ? context.host.newId() : undefined),
    further: readFurtherClaims(values),
  };
}

const OPTION_OF_CLAIM: Readonly<Record<string, string>> = {
  iss: '--iss',
  sub: '--sub',
  aud: '--aud',
  client_id: '--client-id',
  jti: '--jti',
  exp: '--ttl',
  iat: '--break',
  signed_headers: '--signed-header',
};

/** `k=v` is a string, `k:=json` any JSON value. */
function readClaim(text: string): readonly [name: string, value: unknown] {
  const [, name, sign, value] = /^([^=:]+)(:?=)(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw usageError(
      `--claim must be K=V or K:=JSON, found "${text}"`,
      `--claim dev'essere K=V o K:=JSON, trovato "${text}"`,
    );
  }
  const option = OPTION_OF_CLAIM[name];
  if (option !== undefined) {
    throw usageError(`--claim does not set ${name}: use ${option}`, `--claim non imposta ${name}: usare ${option}`);
  }
  return [name, sign === '=' ? value : parseJson(text, value)];
}

function parseJson(text: string, value: string): unknown {
  try {
    return JSON.parse(value);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw usageError(`--claim ${text}: what follows := is no JSON`, `--claim ${text}: ciò che segue := non è JSON`);
  }
}

function readMethod(values: Values, body: Buffer): string {
  const method = values.string('method') ?? (body.length > 0 ? 'POST' : 'GET');
  if (/^[A-Za-z]+$/.test(method)) return method.toUpperCase();
  throw usageError(
    `--method must be a word of letters, found "${method}"`,
    `--method dev'essere una parola, trovato "${method}"`,
  );
}

function requirePresent(names: readonly string[], headers: RequestToSign['headers']): void {
  try {
    signedHeaders(headers, names);
  } catch (error) {
    if (!(error instanceof SigningError)) throw error;
    const list = names.join(', ');
    throw usageError(
      `--signed-header ${list}: ${error.message}; send it with --header`,
      `--signed-header ${list}: un'intestazione da firmare non è nella richiesta; inviarla con --header`,
    );
  }
}
