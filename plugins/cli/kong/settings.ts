/** Settings of Kong by their names in kong.conf. */
export type KongSettings = ReadonlyMap<string, string>;

const LINE = /^\s*(\w+)\s*=\s*(.*?)\s*$/;

/** The value of a line of kong.conf, without its comment; `\#` stands for a hash. */
export const valueOf = (text: string): string =>
  text
    .replace(/(^|[^\\])#.*$/, '$1')
    .replaceAll('\\#', '#')
    .trim();

/** Name and value of one line; undefined for a comment and for what is none. */
export function readSetting(line: string): readonly [name: string, value: string] | undefined {
  const [, name, value = ''] = LINE.exec(line) ?? [];
  return name === undefined ? undefined : [name, valueOf(value)];
}

/** Reads kong.conf, or the .kong_env that Kong writes into its prefix. As in Kong, the last line of a name counts. */
export function readSettings(text: string): KongSettings {
  return new Map(text.split('\n').flatMap((line) => [readSetting(line)].filter((one) => one !== undefined)));
}

/** A list of Kong: separated by commas, spaces allowed, nothing empty. */
export const listOf = (value: string | undefined): readonly string[] =>
  (value ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** `modi-verify` as it stands inside an option: `pluginserver_modi_verify_socket`. */
export const optionOf = (server: string, option: 'socket' | 'start_cmd' | 'query_cmd'): string =>
  `pluginserver_${server.replaceAll('-', '_')}_${option}`;
