import type { LuaTable, LuaValue } from '../lua-value';

/** The arguments of a query as nginx reads them: decoded, `true` for a name alone, a list for a repeated name. */
export function queryTable(raw: string | undefined, max: number): LuaTable {
  const table = new Map<string, LuaValue>();
  const parts = (raw ?? '').split('&').filter((part) => part !== '');
  for (const part of parts.slice(0, max)) {
    const equals = part.indexOf('=');
    const name = unescapeArgument(equals === -1 ? part : part.slice(0, equals));
    const value = equals === -1 ? true : unescapeArgument(part.slice(equals + 1));
    if (name === '') continue;
    const known = table.get(name);
    if (known === undefined) table.set(name, value);
    else table.set(name, Array.isArray(known) ? [...(known as readonly LuaValue[]), value] : [known, value]);
  }
  return Object.fromEntries(table);
}

const unescapeArgument = (text: string): string =>
  text.replaceAll('+', ' ').replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));

/** The other way round, names in order: what kong.service.request.set_query writes. */
export function queryString(table: LuaTable): string {
  const parts = Object.keys(table)
    .sort()
    .flatMap((name) => {
      const value = table[name];
      const values = Array.isArray(value) ? (value as readonly LuaValue[]) : [value];
      return values.map((one) => escapeArgument(name) + (one === true ? '' : `=${escapeArgument(plainText(one))}`));
    });
  return parts.join('&');
}

const escapeArgument = (text: string): string =>
  text.replace(
    /[^A-Za-z0-9\-_.~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );

/** A table has no place in a query. */
const plainText = (value: LuaValue | undefined): string => (typeof value === 'object' ? '' : String(value ?? ''));
