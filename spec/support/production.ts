import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';

const ROOT = join(__dirname, '../..');

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly bin?: string | Readonly<Record<string, string>>;
}

export const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

/** The folders of what the package needs at run time, as npm has laid them out here. */
export function productionFolders(): readonly string[] {
  const found = new Set<string>();
  const visit = (from: string): void => {
    for (const name of Object.keys(manifestOf(from).dependencies ?? {})) {
      const folder = nearestModule(from, name);
      if (folder === undefined || found.has(folder)) continue;
      found.add(folder);
      visit(folder);
    }
  };
  visit(ROOT);
  return [...found];
}

function nearestModule(from: string, name: string): string | undefined {
  for (let folder = from; folder.startsWith(ROOT); folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(candidate)) return candidate;
  }
  return undefined;
}

/** Copies the dependencies to `prefix`/node_modules and links their programs, as npm would without development tools. */
export function layDependencies(prefix: string): void {
  const binaries = join(prefix, 'node_modules', '.bin');
  mkdirSync(binaries, { recursive: true });
  for (const folder of productionFolders()) {
    const copy = join(prefix, relative(ROOT, folder));
    cpSync(folder, copy, { recursive: true });
    const { bin = {} } = manifestOf(copy);
    for (const [name, file] of Object.entries(typeof bin === 'string' ? { [basename(copy)]: bin } : bin)) {
      symlinkSync(relative(binaries, join(copy, file)), join(binaries, name));
    }
  }
}
