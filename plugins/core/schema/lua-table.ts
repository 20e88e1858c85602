const RESERVED = new Set(
  'and break do else elseif end false for function goto if in local nil not or repeat return then true until while'.split(
    ' ',
  ),
);

/**
 * A JSON value as a Lua 5.1 expression. Members of objects keep their order; undefined ones are left out, and null, which
 * a Lua table cannot hold, is refused.
 * @throws TypeError for what has no place in a Lua table.
 */
export function luaTable(value: unknown, indent = ''): string {
  if (typeof value === 'string') return luaString(value);
  if (typeof value === 'boolean' || Number.isFinite(value)) return String(value);
  if (typeof value === 'object' && value !== null) return luaMembers(value, indent);
  throw new TypeError(`${value === null ? 'null' : typeof value} has no place in a Lua table`);
}

function luaMembers(value: object, indent: string): string {
  const inner = `${indent}  `;
  const members = Array.isArray(value)
    ? (value as unknown[]).map((one) => luaTable(one, inner))
    : Object.entries(value)
        .filter(([, one]) => one !== undefined)
        .map(([name, one]) => `${keyOf(name)} = ${luaTable(one, inner)}`);
  if (members.length === 0) return '{}';
  return `{\n${members.map((member) => `${inner}${member},\n`).join('')}${indent}}`;
}

const keyOf = (name: string): string =>
  /^[A-Za-z_]\w*$/.test(name) && !RESERVED.has(name) ? name : `[${luaString(name)}]`;

/** Every byte outside printable ASCII by its number: the text is the same whatever the encoding of the file. */
function luaString(text: string): string {
  const bytes = Buffer.from(text, 'utf8').toString('latin1');
  const escaped = bytes.replaceAll(/[\\"]|[^\x20-\x7e]/g, (byte) =>
    byte === '\\' || byte === '"' ? `\\${byte}` : `\\${byte.charCodeAt(0).toString().padStart(3, '0')}`,
  );
  return `"${escaped}"`;
}
