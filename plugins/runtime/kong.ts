/**
 * `Kong`: the only thing a plugin of the pack sees of the gateway.
 *
 * Two kinds of member, and the difference is the pack's speed:
 *
 * - a **query** returns a promise of Kong's answer. Queries asked without waiting in between
 *   (`Promise.all`) travel to Kong in one write and come back in one read.
 * - a **command** returns nothing. Commands are carried out by Kong in the order given; the runtime
 *   sends them together with the end of the phase. A command that Kong refuses ends the event with
 *   an error at Kong's side, which answers 500.
 *
 * Strings are byte strings: each character stands for one byte (ISO-8859-1), exactly as it was on the
 * wire, so nothing is lost or merged by a decoder. Adapters: `adapters/protobuf.ts` (our server),
 * `adapters/kong-pdk.ts` (the stock server), `adapters/memory.ts` (tests).
 */

/** Lower-case header name to its values in wire order; never an empty list. */
export type HeaderMap = ReadonlyMap<string, readonly string[]>;

/** Headers to set: a list sets a repeated header, an empty list removes the header (both seen on Kong 3.9). */
export type HeaderValues = Readonly<Record<string, string | readonly string[]>>;

/** JSON as it crosses the wire (Kong's side holds it as a Lua value). */
export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [member: string]: JsonValue };

/** The raw request body: its bytes, or the path of nginx's temporary file when it outgrew the buffer. */
export type RawBody =
  { readonly kind: 'bytes'; readonly bytes: Buffer } | { readonly kind: 'file'; readonly path: string };

/** A Kong consumer, as `kong.client.load_consumer` answers and `authenticate` takes. */
export interface Consumer {
  readonly id: string;
  readonly username?: string;
  readonly custom_id?: string;
  readonly tags?: readonly string[];
}

/** What `kong.client.authenticate` records as the credential. */
export interface Credential {
  readonly id: string;
  readonly consumer_id?: string;
}

export interface Kong {
  /**
   * Queries that the phase does not wait for: `ask` is called when the phase ends well, and what it asks, without waiting
   * in between, leaves together with the end. On our server Kong has gone on by the time the answers are here: they are
   * good for being kept, not for deciding anything. Behind the stock server the phase waits for them. Rejects when the
   * phase ends in another way, or when Kong is gone.
   */
  atEnd<T>(ask: () => Promise<T>): Promise<T>;
  readonly request: {
    /** All request headers, at most `max` (Kong's own default of 100 would cut silently). */
    getHeaders(max: number): Promise<HeaderMap>;
    /** The body as received. Rejects when Kong cannot read it. */
    getRawBody(): Promise<RawBody>;
    getMethod(): Promise<string>;
    getPathWithQuery(): Promise<string>;
  };
  readonly nginx: {
    /** An nginx variable; undefined when it is not set. */
    getVar(name: string): Promise<string | undefined>;
  };
  readonly ctxShared: {
    get(key: string): Promise<JsonValue | undefined>;
    set(key: string, value: JsonValue): void;
  };
  readonly log: {
    /** Puts `value` into the record that every log plugin of Kong writes; dots in `key` nest. */
    setSerializeValue(key: string, value: JsonValue): void;
  };
  readonly client: {
    /** The address at the other end of the connection, whatever a header says. */
    getIp(): Promise<string | undefined>;
    loadConsumer(idOrUsername: string, byUsername: boolean): Promise<Consumer | undefined>;
    authenticate(consumer: Consumer, credential: Credential): void;
  };
  readonly serviceRequest: {
    /** Sets headers toward the service. */
    setHeaders(headers: HeaderValues): void;
    clearHeader(name: string): void;
  };
  readonly serviceResponse: {
    getStatus(): Promise<number>;
    getHeaders(max: number): Promise<HeaderMap>;
    /** The service's answer, byte for byte, as it will reach the client. */
    getRawBody(): Promise<Buffer>;
  };
  readonly response: {
    getStatus(): Promise<number>;
    getHeaders(max: number): Promise<HeaderMap>;
    setHeaders(headers: HeaderValues): void;
    clearHeader(name: string): void;
    /**
     * Answers the client and ends the phase at once: throws a signal that only the guard catches, and
     * every later member of this `Kong` throws as well. `code` is what metrics count the answer under.
     */
    exit(status: number, body: string | Buffer, headers: HeaderValues, code?: string): never;
  };
}
