import { ExitSignal, PhaseOverError } from '../exit-signal';
import type { PhaseDoor } from '../guard';
import type { Consumer, HeaderMap, HeaderValues, JsonValue, Kong } from '../kong';

/**
 * The `kong` object of the stock kong-js-pluginserver: every member is callable and has members. Its types promise
 * pairs that never arrive; what does arrive is one value, and nothing after `kong.response.exit`.
 */
export interface StockKong {
  (...args: readonly unknown[]): Promise<unknown>;
  readonly [member: string]: StockKong;
}

/**
 * `Kong` over the stock server (MsgPack:1). One call at a time, in order; commands are awaited by `settle`. The
 * stock server decodes text as UTF-8, so header bytes above 7F do not arrive as they were sent: documented limit.
 */
export function stockKong(stock: StockKong): { kong: Kong; door: PhaseDoor; finished: () => Promise<void> } {
  const calls = new CallQueue(stock);
  const door: PhaseDoor = {
    exit: (status, body, headers) => {
      calls.exit(status, body, headers);
    },
    pass: () => calls.settle(),
    clearResponseHeader: (name) => {
      calls.command('kong.response.clear_header', name);
    },
  };
  return { kong: kongOver(calls), door, finished: () => calls.finished() };
}

class CallQueue {
  private readonly stock: StockKong;
  private last: Promise<unknown> = Promise.resolve();
  private over = false;

  constructor(stock: StockKong) {
    this.stock = stock;
  }

  async query(method: string, ...args: readonly unknown[]): Promise<unknown> {
    return this.enqueue(method, args);
  }

  /** A failed command fails `settle`, and with it the phase. */
  command(method: string, ...args: readonly unknown[]): void {
    this.enqueue(method, args).catch(() => undefined);
  }

  settle(): Promise<void> {
    this.assertOpen();
    return this.last.then(() => undefined);
  }

  /** Everything asked for has gone out. A phase that returned earlier would be over before its answer was given. */
  async finished(): Promise<void> {
    await this.last;
  }

  exit(status: number, body: string | Buffer, headers: HeaderValues): void {
    this.assertOpen();
    this.over = true;
    // A command that failed before does not keep the answer back. The exit itself is never answered.
    this.last = this.last
      .catch(() => undefined)
      .then(() => {
        void this.invoke('kong.response.exit', [status, body, headers]);
      });
  }

  private enqueue(method: string, args: readonly unknown[]): Promise<unknown> {
    this.assertOpen();
    this.last = this.last.then(() => this.invoke(method, args));
    return this.last;
  }

  private invoke(method: string, args: readonly unknown[]): Promise<unknown> {
    const [, ...path] = method.split('.');
    let member = this.stock;
    for (const name of path) {
      const next = member[name];
      if (next === undefined) throw new TypeError(`the plugin server has no ${method}`);
      member = next;
    }
    return member(...args);
  }

  private assertOpen(): void {
    if (this.over) throw new PhaseOverError('the phase ended with exit');
  }
}

function kongOver(calls: CallQueue): Kong {
  const text = async (method: string, ...args: readonly unknown[]): Promise<string> =>
    textOf(await calls.query(method, ...args));
  const headers = async (method: string, max: number): Promise<HeaderMap> => headersOf(await calls.query(method, max));
  const status = async (method: string): Promise<number> => Number(await calls.query(method));
  return {
    // Asked like all others, and so waited for by `settle`: what comes after the end would not be heard any more.
    atEnd: (ask) => ask(),
    request: {
      getHeaders: (max) => headers('kong.request.get_headers', max),
      getRawBody: async () => ({ kind: 'bytes', bytes: bodyOf(await calls.query('kong.request.get_raw_body')) }),
      getMethod: () => text('kong.request.get_method'),
      getPathWithQuery: () => text('kong.request.get_path_with_query'),
    },
    nginx: {
      getVar: async (name) => {
        const value = await calls.query('kong.nginx.get_var', name);
        return value === undefined || value === null || value === '' ? undefined : textOf(value);
      },
    },
    ctxShared: {
      get: async (key) => ((await calls.query('kong.ctx.shared.get', key)) ?? undefined) as JsonValue | undefined,
      set: (key, value) => {
        calls.command('kong.ctx.shared.set', key, value);
      },
    },
    log: {
      setSerializeValue: (key, value) => {
        calls.command('kong.log.set_serialize_value', key, value);
      },
    },
    client: {
      getIp: () => text('kong.client.get_ip'),
      loadConsumer: async (id, byUsername) =>
        ((await calls.query('kong.client.load_consumer', id, byUsername)) ?? undefined) as Consumer | undefined,
      authenticate: (consumer, credential) => {
        calls.command('kong.client.authenticate', consumer, credential);
      },
    },
    serviceRequest: {
      setHeaders: (values) => {
        calls.command('kong.service.request.set_headers', values);
      },
      clearHeader: (name) => {
        calls.command('kong.service.request.clear_header', name);
      },
    },
    serviceResponse: {
      getStatus: () => status('kong.service.response.get_status'),
      getHeaders: (max) => headers('kong.service.response.get_headers', max),
      getRawBody: async () => bodyOf(await calls.query('kong.service.response.get_raw_body')),
    },
    response: {
      getStatus: () => status('kong.response.get_status'),
      getHeaders: (max) => headers('kong.response.get_headers', max),
      setHeaders: (values) => {
        calls.command('kong.response.set_headers', values);
      },
      clearHeader: (name) => {
        calls.command('kong.response.clear_header', name);
      },
      exit: (code, body, values, label) => {
        calls.exit(code, body, values);
        throw new ExitSignal(code, label);
      },
    },
  };
}

const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (Buffer.isBuffer(value)) return value.toString('latin1');
  throw new TypeError(`text expected from Kong, found a ${typeof value}`);
};

/** nil, which the stock wire gives for a body in nginx's temporary file, is not an empty body. */
function bodyOf(value: unknown): Buffer {
  if (typeof value === 'string') return Buffer.from(value, 'utf8');
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  throw new TypeError('Kong could not give the body; raise nginx_http_client_body_buffer_size');
}

function headersOf(value: unknown): HeaderMap {
  if (typeof value !== 'object' || value === null) throw new TypeError('headers expected from Kong');
  return new Map(
    Object.entries(value).map(([name, one]) => [name.toLowerCase(), (Array.isArray(one) ? one : [one]).map(textOf)]),
  );
}
