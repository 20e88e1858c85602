import type { WireStruct, WireValue } from '../../runtime/wire/messages';
import { bytesOf, byteStringOf } from '../byte-strings';
import { safeHeaderName, safeHeaderValue } from '../exchange';
import { isTable, type LuaTable, type LuaValue } from '../lua-value';

/**
 * Between google.protobuf.Value and Lua values, with the losses of Kong's own conversion: false arrives as nil, null
 * as the name of its enum, and what is empty has no kind of its own.
 */

export function fromWire(value: WireValue | undefined): LuaValue | undefined {
  if (value === undefined) return undefined;
  if (value.list_value !== undefined) return fromWireList(value.list_value.values ?? []);
  if (value.struct_value !== undefined) return fromWireStruct(value.struct_value);
  if (value.bool_value === true) return true;
  if (value.string_value !== undefined) return byteStringOf(value.string_value);
  if (value.number_value !== undefined) return value.number_value;
  return value.null_value === undefined ? undefined : 'NULL_VALUE';
}

/** A Lua list ends at its first nil. */
function fromWireList(values: readonly WireValue[]): LuaValue[] {
  const list: LuaValue[] = [];
  for (const value of values) {
    const one = fromWire(value);
    if (one === undefined) break;
    list.push(one);
  }
  return list;
}

export function fromWireStruct(struct: WireStruct | undefined): LuaTable {
  const entries: [string, LuaValue][] = [];
  for (const [name, value] of Object.entries(struct?.fields ?? {})) {
    const member = fromWire(value);
    if (member !== undefined) entries.push([Buffer.from(name, 'utf8').toString('latin1'), member]);
  }
  return Object.fromEntries(entries);
}

export function toWire(value: LuaValue | undefined): WireValue {
  if (value === undefined) return { null_value: 1 };
  if (typeof value === 'string') return { string_value: bytesOf(value) };
  if (typeof value === 'number') return { number_value: value };
  if (typeof value === 'boolean') return { bool_value: value };
  if (isTable(value)) return { struct_value: toWireStruct(Object.entries(value)) };
  return value.length > 0 ? { list_value: { values: value.map(toWire) } } : { struct_value: { fields: {} } };
}

export function toWireStruct(entries: Iterable<readonly [string, LuaValue]>): WireStruct {
  const fields: Record<string, WireValue> = {};
  for (const [name, value] of entries) fields[name] = toWire(value);
  return { fields };
}

/** Headers of a request or answer: one value is a string, several are a list. */
export function headerStruct(headers: ReadonlyMap<string, string | readonly string[]>): WireStruct {
  const fields: Record<string, WireValue> = {};
  for (const [name, value] of headers) {
    fields[name] =
      typeof value === 'string'
        ? { string_value: bytesOf(value) }
        : { list_value: { values: value.map((one) => ({ string_value: bytesOf(one) })) } };
  }
  return { fields };
}

/**
 * A header to set, as Kong checks and changes it: an empty value becomes one space, an empty list (or table) clears.
 * @throws Error for a name or value that Kong refuses.
 */
export function headerToSet(name: string, value: LuaValue | undefined): [string, string | string[]] {
  const safe = safeHeaderName(name);
  if (typeof value === 'string') return [safe, headerText(value)];
  if (typeof value === 'number' || typeof value === 'boolean') return [safe, String(value)];
  if (value === undefined) throw new Error(`invalid header value for "${name}": got nil`);
  const members = isTable(value) ? [] : value;
  return [
    safe,
    members.map((member) => {
      if (typeof member !== 'string') throw new Error(`invalid header value in array "${name}": expected string`);
      return headerText(member);
    }),
  ];
}

const headerText = (value: string): string => (value === '' ? ' ' : safeHeaderValue(value));

/** Number of headers a plugin asks for; 0 stands for "not given" on the wire, and Kong refuses it. */
export function headerCount(max: number | undefined): number {
  if (max === undefined || max < 1) throw new Error('max_headers must be >= 1');
  if (max > 1000) throw new Error('max_headers must be <= 1000');
  return max;
}
