/**
 * Before format 3.0 a path was a regex when it held anything beyond plain path characters; since then a regex
 * says so with a leading tilde. Kong migrates old files the same way when it loads them.
 */
export function migratePaths(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const paths = fields['paths'];
  if (!Array.isArray(paths)) return { ...fields };
  return { ...fields, paths: (paths as unknown[]).map(migratePath) };
}

const migratePath = (path: unknown): unknown =>
  typeof path === 'string' && !path.startsWith('~') && !/^[A-Za-z0-9.\-_~/%]*$/.test(path) ? `~${path}` : path;
