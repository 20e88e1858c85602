import { listOf, readSetting } from '../kong';
import { confLine } from './forms';
import type { Setting } from './plan';

const TITLE = '# ModI, written by modi install';

/**
 * A kong.conf with the settings in it. A line that is there gets our value, a list keeps its other members, what is
 * missing goes to the end; comments and everything else stay as they are. Merging twice changes nothing more.
 *
 * Lines of the pack's own entries that the settings no longer have, such as an old start_cmd, go.
 */
export function mergeSettings(text: string, settings: readonly Setting[]): string {
  const wanted = new Map(settings.map((setting) => [setting.name, setting]));
  const owned = ownedOptions(settings);
  const found = lastLines(text);
  const kept = text.split('\n').flatMap((line, index) => {
    const [name, value] = readSetting(line) ?? [];
    if (name === undefined) return [line];
    const setting = wanted.get(name);
    if (setting === undefined) return owned.some((prefix) => name.startsWith(prefix)) ? [] : [line];
    // Kong reads the last line of a name: that one is changed, those before it have no effect.
    return [found.get(name) === index ? changed(line, value ?? '', setting) : line];
  });
  const missing = settings.filter(({ name }) => !found.has(name));
  if (missing.length === 0) return kept.join('\n');
  const body = kept.join('\n').replace(/\n*$/, '');
  const title = body.includes(TITLE) ? [] : [...(body === '' ? [] : ['']), TITLE];
  return [...(body === '' ? [] : [body]), ...title, ...missing.map(confLine), ''].join('\n');
}

function lastLines(text: string): ReadonlyMap<string, number> {
  return new Map(
    text.split('\n').flatMap((line, index) => {
      const [name] = readSetting(line) ?? [];
      return name === undefined ? [] : [[name, index] as const];
    }),
  );
}

/** `pluginserver_modi_verify_` and the like: every option with this beginning is of an entry that we write. */
function ownedOptions(settings: readonly Setting[]): readonly string[] {
  return settings.flatMap(({ name }) => {
    const [, entry] = /^(pluginserver_.+_)socket$/.exec(name) ?? [];
    return entry === undefined ? [] : [entry];
  });
}

function changed(line: string, value: string, setting: Setting): string {
  if (setting.onlyIfMissing === true) return line;
  const merged = setting.list === undefined ? setting.value : withOurs(value, setting.value, setting.list);
  return merged === value ? line : confLine({ name: setting.name, value: merged });
}

/** A list that somebody made keeps to what it names, and gets ours; an empty one, or `off`, becomes the usual one. */
function withOurs(value: string, usual: string, ours: readonly string[]): string {
  const members = listOf(value).filter((one) => one !== 'off');
  return members.length === 0 ? usual : [...new Set([...members, ...ours])].join(',');
}
