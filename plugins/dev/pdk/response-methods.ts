import { bytesOf, byteStringOf, toByteString } from '../byte-strings';
import { checkStatus, type Exchange } from '../exchange';
import { EXITED } from '../pluginserver';
import { decodeMessage } from '../../runtime/wire/messages';
import { BEFORE_SENT, method, WITH_ANSWER, type BoundMethod, type MethodTable } from './method';
import { headerNamed } from './request-methods';
import { fromWire, fromWireStruct, headerCount, headerStruct, headerToSet } from './values';
import type { LuaValue } from '../lua-value';

const exit: BoundMethod = (context, bytes) => {
  if (!BEFORE_SENT.includes(context.phase)) throw new Error(`cannot exit in ${context.phase} phase`);
  const { status = 0, body, headers } = decodeMessage('ExitArgs', bytes);
  checkStatus(status);
  const list = Object.entries(fromWireStruct(headers)).map(([name, value]) => headerToSet(name, value));
  context.exchange.answer.exit(status, Buffer.from(body ?? []), list);
  return EXITED;
};

/** kong.response.* */
export const RESPONSE_METHODS: MethodTable = {
  'kong.response.exit': exit,
  ...method('kong.response.get_status', WITH_ANSWER, ({ exchange, view }) => ({
    v: view.of(exchange).answer.status,
  })),
  ...method('kong.response.get_headers', WITH_ANSWER, ({ exchange, view }, { v }) =>
    headerStruct(view.of(exchange).answer.headers.toMap(headerCount(v))),
  ),
  ...method('kong.response.get_header', WITH_ANSWER, ({ exchange, view }, { v }) => ({
    v: bytesOf(headerNamed(view.of(exchange).answer.headers, byteStringOf(v)) ?? ''),
  })),
  ...method('kong.response.get_source', WITH_ANSWER, ({ exchange }) => ({
    v: bytesOf(exchange.answer.source === 'upstream' ? 'service' : 'exit'),
  })),
  ...method('kong.response.set_status', BEFORE_SENT, ({ exchange }, { v }) => {
    exchange.answer.status = checkStatus(v ?? 0);
    return undefined;
  }),
  ...method('kong.response.set_header', BEFORE_SENT, ({ exchange }, { k, v }) => {
    setAnswerHeader(exchange, toByteString(k ?? ''), fromWire(v));
    return undefined;
  }),
  ...method('kong.response.add_header', BEFORE_SENT, ({ exchange }, { k, v }) => {
    const [name, value] = headerToSet(toByteString(k ?? ''), fromWire(v));
    for (const one of typeof value === 'string' ? [value] : value) exchange.answer.headers.append(name, one);
    return undefined;
  }),
  ...method('kong.response.clear_header', BEFORE_SENT, ({ exchange }, { v }) => {
    exchange.answer.headers.remove(byteStringOf(v).toLowerCase());
    return undefined;
  }),
  ...method('kong.response.set_headers', BEFORE_SENT, ({ exchange }, args) => {
    for (const [name, value] of Object.entries(fromWireStruct(args))) setAnswerHeader(exchange, name, value);
    return undefined;
  }),
};

function setAnswerHeader(exchange: Exchange, name: string, value: LuaValue | undefined): void {
  const [safe, values] = headerToSet(name, value);
  if (safe.toLowerCase() !== 'transfer-encoding') exchange.answer.headers.set(safe, values);
}
