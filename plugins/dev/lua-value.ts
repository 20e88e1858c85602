/** A value as Kong's Lua side holds it. Strings are byte strings; nil is the absence of the value. */
export type LuaValue = string | number | boolean | readonly LuaValue[] | LuaTable;

export interface LuaTable {
  readonly [member: string]: LuaValue;
}

export const isTable = (value: LuaValue | undefined): value is LuaTable =>
  typeof value === 'object' && !Array.isArray(value);

export const isList = (value: LuaValue | undefined): value is readonly LuaValue[] => Array.isArray(value);
