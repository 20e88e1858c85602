import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { knownPlugins } from '../../check';
import { describeProblem } from '../../dev';
import { CatalogueError, readCatalogue, type CatalogueFile, type ServiceCatalogue } from '../../service-catalogue';
import { CliError, usageError } from '../shell/cli-error';
import type { Context } from '../shell/context';
import { fileError, readFile } from '../shell/input';
import type { Values } from '../shell/values';

export interface LoadedCatalogue {
  readonly catalogue: ServiceCatalogue;
  /** The day whose agreements count: 2026-11-23. */
  readonly day: string;
}

/**
 * The catalogue that the command line names.
 * @throws CliError CLI_CONFIG after naming every fault of it, CLI_FILE, CLI_USAGE.
 */
export async function loadCatalogue(values: Values, context: Context): Promise<LoadedCatalogue> {
  const day = values.string('at') ?? new Date(context.host.now() * 1000).toISOString().slice(0, 10);
  if (!/^\d{4}-\d\d-\d\d$/.test(day))
    throw usageError(
      `--at must be a day such as 2027-01-31, found "${day}"`,
      `--at dev'essere un giorno come 2027-01-31, trovato "${day}"`,
    );
  const files = filesOf(values.string('catalogue') ?? 'catalogue', context);
  try {
    return { catalogue: readCatalogue(files, (await knownPlugins()).schemas), day };
  } catch (cause) {
    if (!(cause instanceof CatalogueError)) throw cause;
    for (const problem of cause.problems) context.say(describeProblem(problem));
    const count = cause.problems.length;
    const text = { en: `the catalogue has ${count} faults`, it: `il catalogo ha ${count} errori` };
    throw new CliError('CLI_CONFIG', text, { cause });
  }
}

/** Every .yaml and .yml file of a folder, by name; its subfolders hold interfaces. */
function filesOf(name: string, context: Context): readonly CatalogueFile[] {
  const names = isFolder(name, context) ? yamlFilesIn(name, context) : [name];
  if (names.length > 0)
    return names.map((file) => ({
      name: file,
      path: resolve(context.host.cwd, file),
      text: readFile(file, context).toString('utf8'),
    }));
  throw new CliError('CLI_FILE', { en: `${name}: holds no .yaml file`, it: `${name}: non contiene file .yaml` });
}

function isFolder(name: string, { host }: Context): boolean {
  try {
    return statSync(resolve(host.cwd, name)).isDirectory();
  } catch (cause) {
    throw fileError(name, cause);
  }
}

const yamlFilesIn = (name: string, { host }: Context): readonly string[] =>
  readdirSync(resolve(host.cwd, name))
    .filter((file) => /\.ya?ml$/.test(file))
    .toSorted()
    .map((file) => join(name, file));
