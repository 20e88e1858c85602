/** Reads `return <table>` as far as schema.lua goes: tables, texts with decimal escapes, numbers, booleans. */
export function parseLua(text: string): unknown {
  const tokens = [...text.matchAll(/"(?:\\.|[^"\\])*"|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|[A-Za-z_]\w*|[{}[\]=,]|\S/g)].map(
    ([token]) => token,
  );
  let place = 0;
  const take = (wanted?: string): string => {
    const token = tokens[place] ?? '';
    if (wanted !== undefined && token !== wanted) throw new SyntaxError(`expected ${wanted}, found ${token}`);
    place += 1;
    return token;
  };
  const value = (): unknown => {
    const token = take();
    if (token === '{') return table();
    if (token.startsWith('"')) return textOf(token);
    if (token === 'true' || token === 'false') return token === 'true';
    if (/^-?\d/.test(token)) return Number(token);
    throw new SyntaxError(`unexpected ${token}`);
  };
  const member = (): readonly [key: string | undefined, value: unknown] => {
    if (tokens[place] === '[') {
      take('[');
      const key = textOf(take());
      take(']');
      take('=');
      return [key, value()];
    }
    if (tokens[place + 1] !== '=') return [undefined, value()];
    const key = take();
    take('=');
    return [key, value()];
  };
  const table = (): unknown => {
    const members: (readonly [string | undefined, unknown])[] = [];
    while (tokens[place] !== '}') {
      members.push(member());
      take(',');
    }
    take('}');
    const isList = members.length > 0 && members.every(([key]) => key === undefined);
    return isList ? members.map(([, one]) => one) : Object.fromEntries(members.map(([key, one]) => [key ?? '', one]));
  };
  take('return');
  const read = value();
  if (place !== tokens.length) throw new SyntaxError('something stands behind the table');
  return read;
}

const textOf = (token: string): string => {
  const bytes = token
    .slice(1, -1)
    .replaceAll(/\\(\d{3}|.)/g, (_, escape: string) =>
      escape.length === 3 ? String.fromCharCode(Number(escape)) : escape,
    );
  return Buffer.from(bytes, 'latin1').toString('utf8');
};
