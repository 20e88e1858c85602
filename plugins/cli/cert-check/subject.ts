import { resolve } from 'node:path';
import { gatherFrom, type Gathered, type Source } from '../../check';
import type { Context } from '../shell/context';
import { readFile, readSecretFile } from '../shell/input';
import type { Values } from '../shell/values';

/** What the command line names: configurations with all that they name, and files of certificates, lists and keys. */
export async function subjectOf(values: Values, home: string, context: Context) {
  const names = values.arguments();
  const password = passwordOf(values, context);
  const usages = values.list('extendedKeyUsage');
  const given = (role: Source['role'], paths: readonly string[]): readonly Source[] =>
    paths.map((path) => sourceOf(path, role, { password, usages, context }));
  const gathered: Gathered[] = [];
  for (const name of names.length === 0 ? ['kong.yml'] : names) {
    if (isConfiguration(name)) gathered.push(await gatherFrom(readFile(name, context).toString('utf8'), name, home));
    else gathered.push({ sources: given('any', [name]), leftAlone: [] });
  }
  const anchors = values.list('anchors');
  return {
    sources: [
      ...gathered.flatMap(({ sources }) => sources),
      ...given('anchor', anchors),
      ...given('list', values.list('crl')),
    ],
    leftAlone: gathered.flatMap(({ leftAlone }) => leftAlone),
    mustLeadToAnchor: anchors.length > 0,
  };
}

/** Keys and certificates have other names, and none is YAML. */
const isConfiguration = (name: string): boolean => /\.ya?ml$/i.test(name);

interface Given {
  readonly password: string | undefined;
  readonly usages: readonly string[];
  readonly context: Context;
}

const sourceOf = (path: string, role: Source['role'], { password, usages, context }: Given): Source => ({
  field: path,
  origin: path,
  role,
  place: { path: resolve(context.host.cwd, path) },
  group: path,
  password,
  usages: usages.length === 0 ? null : usages,
  ocsp: undefined,
  privateHosts: [],
  ca: null,
});

/** Editors end a file with a line feed, which no password has. */
function passwordOf(values: Values, context: Context): string | undefined {
  const file = values.string('passwordFile');
  return file === undefined
    ? undefined
    : readSecretFile(file, context)
        .toString('utf8')
        .replace(/\r?\n$/, '');
}
