import { byteStringOf, bytesOf, toByteString, toText } from '../byte-strings';
import { ANY_PHASE, method, type MethodTable, type PdkContext } from './method';
import { nginxVariable } from './nginx-variables';
import { fromWire, toWire } from './values';
import type { WireMessages } from '../../runtime/wire/messages';
import type { GatewayLogger } from '../logger';
import type { LuaValue } from '../lua-value';

/** kong.ctx.shared, kong.nginx, kong.node, kong.ip and kong.log. */
export const CONTEXT_METHODS: MethodTable = {
  ...method('kong.ctx.shared.get', ANY_PHASE, ({ exchange, view }, { v }) =>
    toWire(view.of(exchange).shared.get(byteStringOf(v))),
  ),
  ...method('kong.ctx.shared.set', ANY_PHASE, ({ exchange, view }, { k, v }) => {
    const value = fromWire(v);
    const { shared } = view.of(exchange);
    if (value === undefined) shared.delete(toByteString(k ?? ''));
    else shared.set(toByteString(k ?? ''), value);
    return undefined;
  }),
  ...method('kong.nginx.get_var', ANY_PHASE, ({ exchange }, { v }) => {
    const value = nginxVariable(exchange, byteStringOf(v));
    return value === undefined ? undefined : { v: bytesOf(value) };
  }),
  ...method('kong.nginx.get_ctx', ANY_PHASE, ({ exchange }, { v }) =>
    toWire(exchange.nginxContext.get(byteStringOf(v))),
  ),
  ...method('kong.nginx.set_ctx', ANY_PHASE, ({ exchange }, { k, v }) => {
    const value = fromWire(v);
    if (value === undefined) exchange.nginxContext.delete(toByteString(k ?? ''));
    else exchange.nginxContext.set(toByteString(k ?? ''), value);
    return undefined;
  }),
  ...method('kong.nginx.get_subsystem', ANY_PHASE, () => ({ v: bytesOf('http') })),
  ...method('kong.nginx.get_tls1_version_str', ANY_PHASE, ({ exchange }) => {
    const version = nginxVariable(exchange, 'ssl_protocol');
    return version === undefined ? undefined : { v: bytesOf(version) };
  }),
  ...method('kong.nginx.req_start_time', ANY_PHASE, ({ exchange }) => ({ v: exchange.timings.started / 1000 })),
  ...method('kong.node.get_id', ANY_PHASE, ({ gateway }) => ({ v: bytesOf(gateway.nodeId) })),
  // Kong's trusted_ips is empty unless somebody fills it.
  ...method('kong.ip.is_trusted', ANY_PHASE, () => ({ v: false })),
  ...method('kong.log.set_serialize_value', ANY_PHASE, ({ exchange }, { k, v }) => {
    exchange.logValues.push({ key: toByteString(k ?? ''), value: fromWire(v) });
    return undefined;
  }),
  ...method('kong.log.serialize', ANY_PHASE, ({ exchange, gateway }) => ({ v: bytesOf(gateway.serialize(exchange)) })),
  ...logMethod('kong.log.alert', 'error'),
  ...logMethod('kong.log.crit', 'error'),
  ...logMethod('kong.log.err', 'error'),
  ...logMethod('kong.log.warn', 'warn'),
  ...logMethod('kong.log.notice', 'info'),
  ...logMethod('kong.log.info', 'info'),
  ...logMethod('kong.log.debug', 'debug'),
};

type LogMethod =
  | 'kong.log.alert'
  | 'kong.log.crit'
  | 'kong.log.err'
  | 'kong.log.warn'
  | 'kong.log.notice'
  | 'kong.log.info'
  | 'kong.log.debug';

function logMethod(name: LogMethod, level: keyof GatewayLogger): MethodTable {
  return method(name, ANY_PHASE, (context: PdkContext, { values }: WireMessages['ListValue']) => {
    const text = (values ?? []).map((value) => toText(printed(fromWire(value)))).join('');
    context.logger[level](`[${context.plugin}] ${text}, request_id: ${context.exchange.id}`);
    return undefined;
  });
}

const printed = (value: LuaValue | undefined): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value ?? 'nil');
