import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseKongConf, RULES, type CheckSettings } from '../../../plugins/check';
import { FIELD_SEEDS } from './seeds/fields';
import { PLUGIN_SEEDS } from './seeds/plugins';
import { ROUTE_SEEDS } from './seeds/routes';
import type { Seed } from './seeds/types';
import { findingsOf, GOOD, GOOD_CONF, writeMaterial } from './support/good';

const SEEDS: readonly Seed[] = [...FIELD_SEEDS, ...PLUGIN_SEEDS, ...ROUTE_SEEDS];

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'modi-check-'));
  await writeMaterial(folder);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const seeded = ({ change: [from, to] }: Seed): string => {
  if (!GOOD.includes(from)) throw new Error(`the good configuration does not hold ${from}`);
  return GOOD.replace(from, () => to).replaceAll('FOLDER', folder);
};

const settingsOf = ({ settings, conf }: Seed): Partial<CheckSettings> => ({
  ...settings,
  ...(conf === undefined
    ? {}
    : {
        kongConf: parseKongConf(
          GOOD_CONF.replace(conf[0], () => conf[1]),
          'kong.conf',
        ),
      }),
});

describe('the good configuration', () => {
  it.each([
    ['by itself', {}],
    ['with its kong.conf', { kongConf: parseKongConf(GOOD_CONF, 'kong.conf') }],
    ['where files must be here', { filesAreHere: true }],
    ['on Kong 3.4', { kong: [3, 4] as const }],
  ])('has no finding, not even a note, %s', async (_, settings) => {
    expect(await findingsOf(GOOD.replaceAll('FOLDER', folder), settings)).toEqual([]);
  });
});

describe('what only looks like a mistake', () => {
  it.each([
    ['a group with a placeholder', "groups: [modi, 'tag:{claim:office}']", "['tag:ufficio']"],
    [
      'a group of one caller',
      'identity: { callers: [{ name: a, client_id: [x], groups: [scrittura] }] }',
      '[scrittura]',
    ],
  ])('%s', async (_, config, allow) => {
    const text = GOOD.replace('patterns: [ID_AUTH_REST_01]', `patterns: [ID_AUTH_REST_01]\n              ${config}`);
    expect(
      await findingsOf(text.replace('{ allow: [modi] }', `{ allow: ${allow} }`).replaceAll('FOLDER', folder)),
    ).toEqual([]);
  });
});

describe('a seeded mistake is found, with its line', () => {
  it.each(SEEDS.map((seed) => [seed.code, seed.change[1].trim().split('\n')[0] ?? '', seed] as const))(
    '%s: %s',
    async (code, _, seed) => {
      const text = seeded(seed);
      const found = (await findingsOf(text, settingsOf(seed))).filter((one) => one.code === `MODI_CHECK_${code}`);
      const lines = found.map(({ line }) => text.split('\n')[line - 1]);
      expect(lines).toContainEqual(expect.stringContaining(seed.line.replaceAll('FOLDER', folder)));
      const severity = seed.severity ?? RULES.find((rule) => rule.code === `MODI_CHECK_${code}`)?.severity;
      expect(found.map((one) => one.severity)).toContain(severity);
      for (const one of found)
        expect(JSON.stringify(one.problem) + JSON.stringify(one.remedy)).not.toMatch(/\{[a-z]+\}"/);
    },
  );

  it('every rule has a seed', () => {
    const without = RULES.map(({ code }) => code.replace('MODI_CHECK_', '')).filter(
      (code) => !SEEDS.some((seed) => seed.code === code),
    );
    // Nothing is forbidden to root, under whom tests may run: spec/unit/cli/check.spec.ts names a folder instead.
    expect(without).toEqual(['FILE_UNREADABLE']);
  });

  it('there are many', () => {
    expect(SEEDS.length).toBeGreaterThan(80);
  });
});
