import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../plugins/core/schema';
import { compileRoute, response } from '../../plugins/modi-sign/response';
import type { Route } from '../../plugins/modi-sign/route';
import { modiSignSchema } from '../../plugins/modi-sign/schema';
import {
  memoryKong,
  type MemoryCall,
  type MemoryKong,
  type MemoryRequest,
} from '../../plugins/runtime/adapters/memory';
import { ExitSignal } from '../../plugins/runtime/exit-signal';
import type { HeaderValues, JsonValue } from '../../plugins/runtime/kong';
import type { MockSigner } from './pki';
import { NOW } from './verify-route';

/** Who the answers of the tests are addressed to. */
export const CALLER = 'comune-di-esempio/protocollo';
export const REQUEST_ID = '0123456789abcdef0123456789abcdef';

/** Private key and certificates of a signer as one PEM text. */
export const pemOf = (signer: MockSigner): string =>
  [signer.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), signer.pem].join('');

/** `modi-sign` as configured, with a literal audience unless told otherwise. */
export const signRoute = (signer: MockSigner, config: Record<string, unknown> = {}, now = NOW): Route =>
  compileRoute(
    readConfig(modiSignSchema, {
      key: { file: pemOf(signer) },
      issuer: 'ente-esempio',
      subject: 'anagrafe',
      audience: CALLER,
      ...config,
    }),
    now,
  );

/** What modi-verify leaves of a request. */
export const recordOf = (change: Record<string, JsonValue | undefined> = {}): string =>
  JSON.stringify({
    version: 1,
    request_id: REQUEST_ID,
    outcome: 'accepted',
    patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'],
    client: 'CF:IT-80012000000',
    authorization: { iss: 'comune-di-esempio', client_id: CALLER },
    digest_header: 'SHA-256=Fn+5Cjw98WYMYJqmhp145NlNywNlDMZ5N7126nXr/j4=',
    ...change,
  });

export interface AnswerUnderTest {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: Buffer | Error | string;
  readonly method?: string;
  readonly vars?: Readonly<Record<string, string>>;
  /** undefined: the request went through no modi-verify. */
  readonly record?: string | undefined;
  /** The id that travels in the request's headers. */
  readonly requestId?: string | undefined;
}

export function memoryAnswer(answer: AnswerUnderTest): MemoryKong {
  const { status = 200, headers = { 'content-type': 'application/json' }, body = '{"esito":"OK"}' } = answer;
  const requestId = 'requestId' in answer ? answer.requestId : answer.record === undefined ? undefined : REQUEST_ID;
  const request: MemoryRequest = {
    vars: {
      kong_request_id: 'r',
      request_method: answer.method ?? 'GET',
      ...(requestId === undefined ? {} : { http_x_modi_request_id: requestId }),
      ...answer.vars,
    },
    shared: new Map(answer.record === undefined ? [] : [['modi', answer.record]]),
    answer: { status, headers, body: typeof body === 'string' ? Buffer.from(body) : body },
  };
  return memoryKong(request);
}

/** Runs the response phase in memory. */
export async function runResponse(route: Route, answer: AnswerUnderTest = {}, now = NOW): Promise<MemoryKong> {
  const memory = memoryAnswer(answer);
  await response(memory.kong, route, now).catch((error: unknown) => {
    if (!(error instanceof ExitSignal)) throw error;
  });
  return memory;
}

/** The changes to the answer's headers, names in lower case. */
export function changesOf({ calls }: { calls: readonly MemoryCall[] }): Record<string, string | readonly string[]> {
  const [, headers = {}] = calls.find(([method]) => method === 'kong.response.set_headers') ?? [];
  return Object.fromEntries(
    Object.entries(headers as HeaderValues).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

/** The claims of the answer's token. */
export const claimsOf = (memory: MemoryKong): Record<string, unknown> => partOf(memory, 1);
export const joseOf = (memory: MemoryKong): Record<string, unknown> => partOf(memory, 0);

function partOf(memory: MemoryKong, part: 0 | 1): Record<string, unknown> {
  const token = String(changesOf(memory)['agid-jwt-signature']);
  return JSON.parse(Buffer.from(token.split('.')[part] ?? '', 'base64url').toString()) as Record<string, unknown>;
}

/** The answer as the client gets it: the service's headers with the plugin's changes. */
export function sentAnswer(
  memory: MemoryKong,
  answer: AnswerUnderTest = {},
): { status: number; headers: Map<string, readonly string[]>; body: Buffer } {
  const headers = new Map<string, readonly string[]>();
  const all = { ...(answer.headers ?? { 'content-type': 'application/json' }), ...changesOf(memory) };
  for (const [name, value] of Object.entries(all)) {
    const values = typeof value === 'string' ? [value] : value;
    if (values.length > 0) headers.set(name.toLowerCase(), values);
  }
  const { body = '{"esito":"OK"}', status = 200 } = answer;
  if (body instanceof Error) throw body;
  return { status, headers, body: typeof body === 'string' ? Buffer.from(body) : body };
}

/** A folder for a whole test file's keys; `done` removes it. */
export function keyFolder(): { path: (name: string, content?: string | Buffer) => string; done: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'modi-keys-'));
  return {
    path: (name, content) => {
      const path = join(folder, name);
      if (content !== undefined) writeFileSync(path, content);
      return path;
    },
    done: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
