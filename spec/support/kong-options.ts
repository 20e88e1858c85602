/**
 * The options of kong.conf that an installation of the pack may write, as Kong documents them in kong.conf.default; the
 * same words stand in the files of 3.4.2, 3.7.1, 3.8.1, 3.9.1 and 3.9.3. `XXX` stands for the name of an entry of
 * pluginserver_names, with underscores in place of dashes.
 */
export const DOCUMENTED_OPTIONS = [
  'plugins',
  'pluginserver_names',
  'pluginserver_XXX_socket',
  'pluginserver_XXX_start_cmd',
  'pluginserver_XXX_query_cmd',
] as const;

/** Beginnings that Kong documents as injection into nginx.conf, and the directives of nginx that we inject by them. */
export const DOCUMENTED_INJECTIONS = { nginx_http_: ['large_client_header_buffers'] } as const;

/** Whether an option is one of these, for entries of these names. */
export function isDocumented(option: string, entries: readonly string[]): boolean {
  const names = entries.map((entry) => entry.replaceAll('-', '_'));
  const plain = DOCUMENTED_OPTIONS.flatMap((one) => names.map((name) => one.replace('XXX', name)));
  const injected = Object.entries(DOCUMENTED_INJECTIONS).flatMap(([prefix, directives]) =>
    directives.map((directive) => prefix + directive),
  );
  return [...plain, ...injected].includes(option);
}
