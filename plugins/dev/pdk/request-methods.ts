import { bytesOf, byteStringOf } from '../byte-strings';
import { queryTable, type Exchange, type HeaderList } from '../exchange';
import { escapePath, normalizePath } from '../router';
import { ANY_PHASE, BEFORE_SENT, method, type MethodTable } from './method';
import { headerCount, headerStruct, toWireStruct } from './values';

/** kong.request.* */
export const REQUEST_METHODS: MethodTable = {
  ...method('kong.request.get_headers', ANY_PHASE, ({ exchange, view }, { v }) =>
    headerStruct(view.of(exchange).headers.toMap(headerCount(v))),
  ),
  ...method('kong.request.get_header', ANY_PHASE, ({ exchange, view }, { v }) => ({
    v: optionalBytes(headerNamed(view.of(exchange).headers, byteStringOf(v))),
  })),
  ...method('kong.request.get_raw_body', BEFORE_SENT, async ({ exchange }) => {
    const body = await exchange.body.load();
    return body.kind === 'memory' ? { content: body.bytes } : { body_filepath: Buffer.from(body.path) };
  }),
  ...method('kong.request.get_method', ANY_PHASE, ({ exchange }) => text(exchange.method)),
  ...method('kong.request.get_scheme', ANY_PHASE, ({ exchange }) => text(exchange.listener.scheme)),
  ...method('kong.request.get_host', ANY_PHASE, ({ exchange }) => text(exchange.host)),
  ...method('kong.request.get_port', ANY_PHASE, ({ exchange }) => ({ v: exchange.listener.port })),
  // No address is trusted to speak for another one, so what was forwarded is what arrived.
  ...method('kong.request.get_forwarded_scheme', ANY_PHASE, ({ exchange }) => text(exchange.listener.scheme)),
  ...method('kong.request.get_forwarded_host', ANY_PHASE, ({ exchange }) => text(exchange.host)),
  ...method('kong.request.get_forwarded_port', ANY_PHASE, ({ exchange }) => ({ v: exchange.listener.port })),
  ...method('kong.request.get_http_version', ANY_PHASE, ({ exchange }) => ({
    v: Number(exchange.incoming.httpVersion),
  })),
  ...method('kong.request.get_path', ANY_PHASE, ({ exchange }) => text(escapePath(normalizePath(exchange.rawPath)))),
  ...method('kong.request.get_path_with_query', ANY_PHASE, ({ exchange }) => text(exchange.requestUri)),
  ...method('kong.request.get_raw_query', ANY_PHASE, ({ exchange }) => text(exchange.rawQuery ?? '')),
  ...method('kong.request.get_query', ANY_PHASE, ({ exchange }, { v }) =>
    toWireStruct(Object.entries(queryTable(exchange.rawQuery, headerCount(v)))),
  ),
  ...method('kong.request.get_query_arg', ANY_PHASE, ({ exchange }, { v }) => {
    const found = queryTable(exchange.rawQuery, 100)[byteStringOf(v)];
    const first = Array.isArray(found) ? (found as readonly string[])[0] : found;
    return { v: optionalBytes(typeof first === 'string' ? first : first === true ? 'true' : undefined) };
  }),
  ...method('kong.request.get_uri_captures', ANY_PHASE, ({ exchange }) => captures(exchange)),
};

const text = (value: string): { v: Uint8Array } => ({ v: bytesOf(value) });

/** Nothing and the empty string look alike on this wire, as they do at Kong's. */
const optionalBytes = (value: string | undefined): Uint8Array => bytesOf(value ?? '');

/** Lua's table of headers also answers to names written with underscores or in another case. */
export const headerNamed = (headers: HeaderList, name: string): string | undefined =>
  headers.first(name.toLowerCase().replaceAll('_', '-'));

function captures({ match }: Exchange): { unnamed: Uint8Array[]; named: Record<string, Uint8Array> } {
  const found = match?.captures;
  return {
    unnamed: (found?.unnamed ?? []).map(bytesOf),
    named: Object.fromEntries(Object.entries(found?.named ?? {}).map(([name, value]) => [name, bytesOf(value)])),
  };
}
