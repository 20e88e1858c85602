import { ExitSignal, PhaseOverError } from '../exit-signal';
import type { PhaseDoor } from '../guard';
import type { Consumer, HeaderMap, HeaderValues, JsonValue, Kong, RawBody } from '../kong';

/** What the request and the service's answer look like to a phase under test. */
export interface MemoryRequest {
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: Buffer | RawBody | Error;
  readonly method?: string;
  readonly pathWithQuery?: string;
  readonly vars?: Readonly<Record<string, string>>;
  readonly consumers?: readonly Consumer[];
  readonly shared?: ReadonlyMap<string, JsonValue>;
  readonly answer?: {
    status: number;
    headers: Readonly<Record<string, string | readonly string[]>>;
    body: Buffer | Error;
  };
}

/** One call of the port, with its arguments, in the order given. */
export type MemoryCall = readonly [method: string, ...args: readonly unknown[]];

export interface MemoryKong {
  readonly kong: Kong;
  readonly door: PhaseDoor;
  readonly calls: readonly MemoryCall[];
  readonly shared: ReadonlyMap<string, JsonValue>;
  /** The answer given by `exit`, when the phase ended so. */
  exited(): { status: number; body: string | Buffer; headers: HeaderValues } | undefined;
}

/** `Kong` in memory: a whole phase runs in microseconds, and every call it makes can be asserted. */
export function memoryKong(request: MemoryRequest): MemoryKong {
  const calls: MemoryCall[] = [];
  const shared = new Map(request.shared);
  let exit: { status: number; body: string | Buffer; headers: HeaderValues } | undefined;
  const note = (...call: MemoryCall): void => {
    if (exit !== undefined) throw new PhaseOverError('the phase ended with exit');
    calls.push(call);
  };
  const leave = (status: number, body: string | Buffer, headers: HeaderValues): void => {
    note('kong.response.exit', status);
    exit = { status, body, headers };
  };
  const answer = request.answer ?? { status: 200, headers: {}, body: Buffer.alloc(0) };
  const kong: Kong = {
    atEnd: (ask) => ask(),
    request: {
      getHeaders: async (max) => (note('kong.request.get_headers', max), headerMap(request.headers ?? {})),
      getRawBody: async () => (note('kong.request.get_raw_body'), rawBody(request.body ?? Buffer.alloc(0))),
      getMethod: async () => (note('kong.request.get_method'), request.method ?? 'POST'),
      getPathWithQuery: async () => (note('kong.request.get_path_with_query'), request.pathWithQuery ?? '/'),
    },
    nginx: {
      getVar: async (name) => (
        note('kong.nginx.get_var', name),
        request.vars?.[name] ?? headerVariable(answer.headers, name)
      ),
    },
    ctxShared: {
      get: async (key) => (note('kong.ctx.shared.get', key), shared.get(key)),
      set: (key, value) => {
        note('kong.ctx.shared.set', key, value);
        shared.set(key, value);
      },
    },
    log: {
      setSerializeValue: (key, value) => {
        note('kong.log.set_serialize_value', key, value);
      },
    },
    client: {
      getIp: async () => (note('kong.client.get_ip'), request.vars?.['realip_remote_addr']),
      loadConsumer: async (id, byUsername) => (
        note('kong.client.load_consumer', id, byUsername),
        request.consumers?.find((one) => (byUsername ? one.username : one.id) === id)
      ),
      authenticate: (consumer, credential) => {
        note('kong.client.authenticate', consumer, credential);
      },
    },
    serviceRequest: {
      setHeaders: (headers) => {
        note('kong.service.request.set_headers', headers);
      },
      clearHeader: (name) => {
        note('kong.service.request.clear_header', name);
      },
    },
    serviceResponse: {
      getStatus: async () => (note('kong.service.response.get_status'), answer.status),
      getHeaders: async (max) => (note('kong.service.response.get_headers', max), headerMap(answer.headers)),
      getRawBody: async () => {
        note('kong.service.response.get_raw_body');
        if (answer.body instanceof Error) throw answer.body;
        return answer.body;
      },
    },
    response: {
      getStatus: async () => (note('kong.response.get_status'), answer.status),
      getHeaders: async (max) => (note('kong.response.get_headers', max), headerMap(answer.headers)),
      setHeaders: (headers) => {
        note('kong.response.set_headers', headers);
      },
      clearHeader: (name) => {
        note('kong.response.clear_header', name);
      },
      exit: (status, body, headers, code) => {
        leave(status, body, headers);
        throw new ExitSignal(status, code);
      },
    },
  };
  const door: PhaseDoor = {
    exit: leave,
    pass: () => undefined,
    clearResponseHeader: (name) => {
      kong.response.clearHeader(name);
    },
  };
  return { kong, door, calls, shared, exited: () => exit };
}

const headerMap = (headers: Readonly<Record<string, string | readonly string[]>>): HeaderMap =>
  new Map(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), typeof value === 'string' ? [value] : value]),
  );

/** `sent_http_<name>`: a header of the answer as it stands, several values joined, as nginx gives it. */
function headerVariable(headers: NonNullable<MemoryRequest['answer']>['headers'], name: string): string | undefined {
  const header = /^sent_http_(.+)$/.exec(name)?.[1]?.replaceAll('_', '-');
  return header === undefined ? undefined : headerMap(headers).get(header)?.join(', ');
}

function rawBody(body: Buffer | RawBody | Error): RawBody {
  if (body instanceof Error) throw body;
  return Buffer.isBuffer(body) ? { kind: 'bytes', bytes: body } : body;
}
