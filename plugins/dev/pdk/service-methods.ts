import { bytesOf, byteStringOf, toByteString } from '../byte-strings';
import { queryString, type Exchange, type UpstreamRequest } from '../exchange';
import { isTable, type LuaValue } from '../lua-value';
import { escapePath } from '../router';
import { ACCESS, method, WITH_ANSWER, type MethodTable } from './method';

import { headerNamed } from './request-methods';
import { fromWire, fromWireStruct, headerCount, headerToSet } from './values';

/** kong.service.*: where the request goes, what it takes along, and what came back. */
export const SERVICE_METHODS: MethodTable = {
  ...method('kong.service.set_target', ACCESS, ({ exchange }, { host, port }) => {
    Object.assign(upstream(exchange), { host: host ?? '', port: port ?? 0 });
    return undefined;
  }),
  ...method('kong.service.set_upstream', ACCESS, ({ exchange, gateway }, { v }) => {
    const host = byteStringOf(v);
    if (!gateway.hasUpstream(host)) return { v: false };
    upstream(exchange).host = host;
    return { v: true };
  }),
  ...method('kong.service.request.set_scheme', ACCESS, ({ exchange }, { v }) => {
    const scheme = byteStringOf(v);
    if (scheme !== 'http' && scheme !== 'https') throw new Error(`invalid scheme: ${scheme}`);
    upstream(exchange).scheme = scheme;
    return undefined;
  }),
  ...method('kong.service.request.set_path', ACCESS, ({ exchange }, { v }) => {
    const path = byteStringOf(v);
    if (!path.startsWith('/')) throw new Error('path must start with /');
    upstream(exchange).path = escapePath(path);
    return undefined;
  }),
  ...method('kong.service.request.set_raw_query', ACCESS, ({ exchange }, { v }) => {
    upstream(exchange).query = escapeQuery(byteStringOf(v));
    return undefined;
  }),
  ...method('kong.service.request.set_query', ACCESS, ({ exchange }, args) => {
    upstream(exchange).query = queryString(fromWireStruct(args));
    return undefined;
  }),
  ...method('kong.service.request.set_method', ACCESS, ({ exchange }, { v }) => {
    const name = byteStringOf(v);
    if (!/^[A-Z]+$/.test(name)) throw new Error(`invalid method: ${name}`);
    exchange.method = name;
    return undefined;
  }),
  ...method('kong.service.request.set_raw_body', ACCESS, async ({ exchange }, { v }) => {
    await exchange.body.load();
    exchange.body.replace(Buffer.from(v ?? []));
    return undefined;
  }),
  ...method('kong.service.request.set_header', ACCESS, ({ exchange }, { k, v }) => {
    setRequestHeader(exchange, toByteString(k ?? ''), fromWire(v));
    return undefined;
  }),
  ...method('kong.service.request.add_header', ACCESS, ({ exchange }, { k, v }) => {
    const [name, value] = headerToSet(toByteString(k ?? ''), fromWire(v));
    for (const one of typeof value === 'string' ? [value] : value) exchange.headers.append(name, one);
    return undefined;
  }),
  ...method('kong.service.request.clear_header', ACCESS, ({ exchange }, { v }) => {
    exchange.headers.remove(byteStringOf(v).toLowerCase());
    return undefined;
  }),
  ...method('kong.service.request.set_headers', ACCESS, ({ exchange }, args) => {
    // Kong checks all of them before it sets the first.
    const headers = Object.entries(fromWireStruct(args));
    for (const [name, value] of headers) headerToSet(name, tableOrValue(value));
    for (const [name, value] of headers) setRequestHeader(exchange, name, value);
    return undefined;
  }),
  ...method('kong.service.response.get_status', WITH_ANSWER, ({ exchange }) => ({ v: exchange.upstreamStatus ?? 0 })),
  // Kong 3.9 answers an empty table here when the answer is buffered, which it is in every response phase: its list is
  // a table that can be asked by name, and has nothing to enumerate. kong.response.get_headers has them all.
  ...method('kong.service.response.get_headers', WITH_ANSWER, (_, { v }) => {
    headerCount(v);
    return { fields: {} };
  }),
  ...method('kong.service.response.get_header', WITH_ANSWER, ({ exchange }, { v }) => ({
    v: bytesOf(headerNamed(exchange.serviceHeaders, byteStringOf(v)) ?? ''),
  })),
  ...method('kong.service.response.get_raw_body', ['response'], ({ exchange }) => ({
    v: exchange.serviceBody ?? Buffer.alloc(0),
  })),
};

export function setRequestHeader(exchange: Exchange, name: string, value: LuaValue | undefined): void {
  const [safe, values] = headerToSet(name, value);
  if (safe.toLowerCase() === 'host') {
    upstream(exchange).hostHeader = typeof values === 'string' ? values : values[0];
  }
  exchange.headers.set(safe, values);
}

/** What may not stand in a request line at all; the rest is the plugin's business. */
const escapeQuery = (query: string): string =>
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  query.replace(/[\x00-\x20#\x7f]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);

/** A table with names cannot be a header's value. */
function tableOrValue(value: LuaValue): LuaValue {
  if (isTable(value) && Object.keys(value).length > 0) throw new Error('invalid header value: a table with names');
  return value;
}

function upstream(exchange: Exchange): UpstreamRequest {
  if (exchange.upstream === undefined) throw new Error('the request has no service');
  return exchange.upstream;
}
