import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { item, testWriter, told } from '../../support/evidence';
import { tempFolder } from '../../support/temp';
import { json, modi, NOW } from './support';

const DAY = 86_400;
let folder: string;
let directory: string;
beforeEach(() => {
  folder = tempFolder();
  directory = join(folder, 'evidence');
});

async function oldFile(start: number, days: number): Promise<string> {
  const { writer } = testWriter(directory, { series: { directory, node: 'n1', pid: 1, start } });
  await writer.commit({ ...item(`r${start}`), at: NOW - days * DAY });
  await writer.close();
  const name = `evidence-n1-1-${start}-1.jsonl`;
  utimesSync(join(directory, name), NOW - days * DAY, NOW - days * DAY);
  return name;
}

/** A kong.yml with a modi-audit on each of these routes, all on one directory. */
function kongYml(...configs: object[]): string {
  const plugin = (config: object) => ({ name: 'modi-audit', config: { organization: 'ente', directory, ...config } });
  const routes = configs.map((config, index) => ({
    name: `r${index}`,
    paths: [`/${index}`],
    plugins: [plugin(config)],
  }));
  const file = join(folder, 'kong.yml');
  writeFileSync(
    file,
    stringify({ _format_version: '3.0', services: [{ name: 's', url: 'http://127.0.0.1', routes }] }),
  );
  return file;
}

it('removes what is over, and leaves the proof of it where the rest is', async () => {
  const [old, young] = [await oldFile(1, 40), await oldFile(2, 10)];
  const config = kongYml({ retention: 30 * DAY });
  const dry = await modi(['audit', 'prune', '--config', config, '--dry-run', '--output', 'json']);
  expect(json(dry)).toMatchObject({ schema: 'modi.audit-prune/1', removed: [{ directory, file: old, exchanges: 1 }] });
  expect(existsSync(join(directory, old))).toBe(true);
  const ran = await modi(['audit', 'prune', '--config', config]);
  expect([ran.code, ran.out]).toEqual([0, expect.stringContaining(old)]);
  expect([existsSync(join(directory, old)), existsSync(join(directory, young))]).toEqual([false, true]);
  expect(await told(directory)).toEqual(['r2', 'removed']);
});

it('keeps what another route wants kept for longer, or for ever', async () => {
  await oldFile(1, 40);
  for (const other of [{ retention: 50 * DAY }, {}]) {
    const ran = await modi(['audit', 'prune', '--config', kongYml({ retention: 30 * DAY }, other)]);
    expect([ran.code, ran.out]).toEqual([0, '']);
  }
  expect(readdirSync(directory)).toHaveLength(1);
});

it('says what is wrong with a configuration, and removes nothing', async () => {
  await oldFile(1, 40);
  const ran = await modi(['audit', 'prune', '--config', kongYml({ retention: 5 })]);
  expect(ran.code).not.toBe(0);
  expect(ran.err).toContain('retention');
  expect(readdirSync(directory)).toHaveLength(1);
});
