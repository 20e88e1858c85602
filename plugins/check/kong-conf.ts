/** What a kong.conf says, as far as rules ask. */
export interface KongConf {
  readonly name: string;
  value(option: string): string | undefined;
  /** A list of Kong's: separated by commas, trimmed. */
  list(option: string): readonly string[] | undefined;
  /** A size of nginx in bytes: 8k, 10m, 1g; undefined when not set or no size. */
  size(option: string): number | undefined;
}

/** Reads `option = value` lines; a `#` begins a comment unless a backslash stands before it. */
export function parseKongConf(text: string, name: string): KongConf {
  const options = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, option = '', value = ''] =
      /^\s*([a-z][\w.]*)\s*=\s*(.*?)\s*$/i.exec(line.replace(/(^|[^\\])#.*$/, '$1')) ?? [];
    if (option !== '') options.set(option, value.replaceAll('\\#', '#'));
  }
  return {
    name,
    value: (option) => options.get(option),
    list: (option) =>
      options
        .get(option)
        ?.split(',')
        .map((one) => one.trim())
        .filter((one) => one !== ''),
    size: (option) => sizeOf(options.get(option)),
  };
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

function sizeOf(text: string | undefined): number | undefined {
  const [, number, unit = ''] = /^(\d+)([kmg]?)$/i.exec(text ?? '') ?? [];
  return number === undefined ? undefined : Number(number) * (UNITS[unit.toLowerCase()] ?? 1);
}
