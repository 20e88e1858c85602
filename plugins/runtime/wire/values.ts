import type { HeaderMap, HeaderValues, JsonValue } from '../kong';
import type { WireStruct, WireValue } from './messages';

/**
 * Between JavaScript values and google.protobuf.Value. Headers are byte strings (ISO-8859-1, one character
 * per byte); everything else that is text is UTF-8, as Kong's JSON wants it.
 */

export function toWireValue(value: JsonValue): WireValue {
  if (value === null) return { null_value: 0 };
  if (typeof value === 'string') return { string_value: Buffer.from(value, 'utf8') };
  if (typeof value === 'number') return { number_value: value };
  if (typeof value === 'boolean') return { bool_value: value };
  if (Array.isArray(value)) return { list_value: { values: value.map(toWireValue) } };
  const fields: Record<string, WireValue> = {};
  for (const [key, member] of Object.entries(value)) fields[key] = toWireValue(member);
  return { struct_value: { fields } };
}

export function fromWireValue(value: WireValue): JsonValue {
  if (value.string_value !== undefined) return textOf(value.string_value, 'utf8');
  if (value.number_value !== undefined) return value.number_value;
  if (value.bool_value !== undefined) return value.bool_value;
  if (value.list_value !== undefined) return (value.list_value.values ?? []).map(fromWireValue);
  if (value.struct_value !== undefined) {
    return Object.fromEntries(
      Object.entries(value.struct_value.fields ?? {}).map(([key, member]) => [key, fromWireValue(member)]),
    );
  }
  return null;
}

export function toWireHeaders(headers: HeaderValues): WireStruct {
  const fields: Record<string, WireValue> = {};
  for (const [name, value] of Object.entries(headers)) {
    fields[name] =
      typeof value === 'string'
        ? { string_value: Buffer.from(value, 'latin1') }
        : { list_value: { values: value.map((one) => ({ string_value: Buffer.from(one, 'latin1') })) } };
  }
  return { fields };
}

/** Header names are folded to lower case; two spellings of one name become one entry with both values. */
export function fromWireHeaders(struct: WireStruct): HeaderMap {
  const headers = new Map<string, string[]>();
  const fields = struct.fields ?? {};
  for (const name of Object.keys(fields)) {
    const values = headerValues(fields[name]);
    if (values.length === 0) continue;
    const key = name.toLowerCase();
    const known = headers.get(key);
    if (known === undefined) headers.set(key, values);
    else known.push(...values);
  }
  return headers;
}

function headerValues(value: WireValue | undefined): string[] {
  if (value?.string_value !== undefined) return [textOf(value.string_value, 'latin1')];
  if (value?.list_value !== undefined) return (value.list_value.values ?? []).flatMap(headerValues);
  // Kong never sends another kind for a header; a number or boolean would be a header worth seeing, not hiding.
  if (value?.number_value !== undefined) return [String(value.number_value)];
  if (value?.bool_value !== undefined) return [String(value.bool_value)];
  return [];
}

export const textOf = (bytes: Uint8Array, encoding: 'latin1' | 'utf8'): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(encoding);
