/**
 * The path toward the service (Kong's path_handling v0): the service's own path, then the request's path, or with
 * strip_path what of it follows the match. Exactly one slash joins the two, none is invented at the end.
 */
export function upstreamPath(options: {
  readonly base: string;
  readonly requestPath: string;
  /** What follows the matched prefix; the whole path when nothing was matched or stripped. */
  readonly rest: string;
  readonly strip: boolean;
}): string {
  const { base, requestPath, rest, strip } = options;
  const stem = base.endsWith('/') ? base.slice(0, -1) : base;
  if (!strip) return requestPath === '/' ? base : stem + requestPath;
  if (rest !== '') return rest.startsWith('/') ? stem + rest : `${stem}/${rest}`;
  const wantsSlash = requestPath.length > 1 && requestPath.endsWith('/');
  return wantsSlash || stem === '' ? `${stem}/` : stem;
}
