import type { Localized } from '../core/errors';
import { setNoticeSink } from '../core/notices';
import { certificatesNamedBy } from './certificates';
import { compilePlugin } from './compile';
import type { CheckedFile } from './file';
import { ignoredAt } from './ignore';
import { materialOf } from './material';
import { knownPlugins, type KnownPlugins } from './pack';
import { fieldOf } from './field-of';
import { readConfigFile } from './read-file';
import { RULES } from './rules';
import type { CheckSettings, Finding, Hit, Rule } from './types';

/** A file to be judged, and the name to call it by. */
export interface CheckSource {
  readonly name: string;
  readonly text: string;
}

export interface CheckResult {
  /** In the order of their places. */
  readonly findings: readonly Finding[];
  /** How many were left out because the file says so. */
  readonly ignored: number;
}

/** Judges a kong.yml, or a state file of decK. Reads files that it names, and nothing over a network. */
export async function checkConfig(source: CheckSource, settings: CheckSettings): Promise<CheckResult> {
  const file = await gather(source, settings, await knownPlugins());
  const isIgnored = ignoredAt(source.text);
  const all = RULES.flatMap((rule) => [...rule.find(file, settings)].map((hit) => findingOf(rule, hit, file)));
  const findings = all.filter(({ line, code }) => !isIgnored(line, code));
  return { findings: findings.toSorted(byPlace), ignored: all.length - findings.length };
}

async function gather(source: CheckSource, settings: CheckSettings, known: KnownPlugins): Promise<CheckedFile> {
  const file = readConfigFile(source.text, source.name, known);
  const ofPack = file.plugins.filter(({ ofPack, sound }) => ofPack && sound);
  const secretFields = new Map([...known.definitions.values()].map(({ name, schema }) => [name, schema]));
  // What a plugin has to say while it compiles belongs into the log of a gateway.
  const sink = setNoticeSink(() => undefined);
  try {
    const compilations = [];
    for (const plugin of ofPack) {
      const definition = known.definitions.get(plugin.name);
      if (definition !== undefined) compilations.push(await compilePlugin(plugin, definition));
    }
    return {
      ...file,
      secretFields,
      compilations,
      material: ofPack.flatMap((plugin) => materialOf(plugin, settings.home)),
      certificates: await certificatesNamedBy(ofPack, settings.home),
    };
  } finally {
    setNoticeSink(sink);
  }
}

function findingOf(rule: Rule, hit: Hit, { document }: CheckedFile): Finding {
  const words = hit.words ?? {};
  return {
    code: rule.code,
    severity: hit.severity ?? rule.severity,
    file: document.file,
    ...(hit.place ?? document.placeOf(hit.at, hit.atKey)),
    field: fieldOf(hit.at),
    problem: filled(rule.problem, words),
    remedy: filled(rule.remedy, words),
    ...(hit.fix === undefined ? {} : { fix: hit.fix }),
  };
}

const filled = (text: Localized, words: Readonly<Record<string, string | number>>): Localized => {
  const fill = (one: string) => one.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(words[name] ?? whole));
  return { en: fill(text.en), it: fill(text.it) };
};

const byPlace = (one: Finding, other: Finding): number =>
  one.line - other.line || one.column - other.column || one.code.localeCompare(other.code, 'en');
