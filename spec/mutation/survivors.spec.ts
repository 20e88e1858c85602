import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { tempFolder } from '../support/temp';

interface Mutant {
  readonly file: string;
  /** The line that it begins in, without blanks around it. */
  readonly line: string;
  /** What is changed, and into what, each on one line. */
  readonly was: string;
  readonly becomes: string;
}
interface Group {
  readonly reason: string;
  readonly mutants: readonly Mutant[];
}

const ROOT = join(__dirname, '../..');
const text = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const oneLine = (value: string): string => value.replaceAll(/\s+/g, ' ');
const groups = JSON.parse(text('spec/mutation/survivors.json')) as readonly Group[];
const listed = groups.flatMap(({ mutants }) => mutants);

describe('the list of mutants that survive', () => {
  it('gives a reason of its own for each group', () => {
    const reasons = groups.map(({ reason }) => reason);
    expect(reasons.filter((reason) => reason.length < 20)).toEqual([]);
    expect(new Set(reasons).size).toBe(reasons.length);
    expect(groups.filter(({ mutants }) => mutants.length === 0)).toEqual([]);
  });

  it('holds none twice', () => {
    const all = listed.map((mutant) => JSON.stringify(mutant));
    expect(all.filter((one, index) => all.indexOf(one) !== index)).toEqual([]);
  });

  it('speaks of code that is there', () => {
    const gone = listed.filter(({ file, line, was }) => {
      const source = text(file);
      const begins = source.split('\n').some((one) => one.trim() === line);
      return !begins || !oneLine(source).includes(was);
    });
    expect(gone).toEqual([]);
  });
});

describe('mutation-survivors.mjs', () => {
  let folder: string;
  beforeEach(() => {
    folder = tempFolder();
  });

  const SOURCE = 'const a = 1;\n  if (a === 1) {\n    b();\n  }\n';
  const place = { start: { line: 2, column: 7 }, end: { line: 2, column: 14 } };
  const mutants = (...statuses: readonly string[]) =>
    statuses.map((status) => ({ status, location: place, replacement: 'false' }));
  const mutant = { file: 'plugins/core/x/a.ts', line: 'if (a === 1) {', was: 'a === 1', becomes: 'false' };
  const put = (name: string, value: unknown): string => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(value));
    return path;
  };
  /** What it prints about one file with mutants of these ends and a list, and its exit code. */
  const told = (statuses: readonly string[], list: readonly Mutant[]): readonly unknown[] => {
    const files = { [mutant.file]: { source: SOURCE, mutants: mutants(...statuses) } };
    return run(put('report.json', { files }), put('list.json', [{ reason: 'equivalent', mutants: list }]));
  };
  const run = (report: string, list: string): readonly unknown[] => {
    const script = join(ROOT, 'scripts/mutation-survivors.mjs');
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, report, list], { encoding: 'utf8' });
    return [status, stdout + stderr];
  };
  const killed = (count: number): string[] => Array<string>(count).fill('Killed');

  it('is content with survivors that are listed, and tells the score', () => {
    const statuses = [...killed(16), 'Timeout', 'Survived', 'NoCoverage', 'Killed', 'CompileError'];
    expect(told(statuses, [mutant])).toEqual([0, 'plugins/core/x: 90.00 %, 18 of 20\n']);
  });

  it('fails for one that is not listed, one that is listed and noticed, and too low a score', () => {
    const others = [
      { ...mutant, line: 'if (a) {' },
      { ...mutant, file: 'plugins/core/y/a.ts' },
    ];
    const place = `plugins/core/x/a.ts: a === 1 -> false\n    in: `;
    expect(told([...killed(19), 'Survived'], others)).toEqual([
      1,
      `plugins/core/x: 95.00 %, 19 of 20\nsurvives, and is not listed: ${place}if (a === 1) {\nis listed, and does not survive: ${place}if (a) {\n`,
    ]);
    expect(told([...killed(84), ...Array<string>(16).fill('Survived')], [mutant])).toEqual([
      1,
      'plugins/core/x: 84.00 %, 84 of 100\n',
    ]);
    expect(told([...killed(85), ...Array<string>(15).fill('NoCoverage')], [mutant])[0]).toBe(0);
  });

  it('says which file is missing', () => {
    const report = put('report.json', { files: {} });
    expect(run(join(folder, 'none.json'), report)).toEqual([
      1,
      expect.stringMatching(/none\.json cannot be read: ENOENT/),
    ]);
    expect(run(report, join(folder, 'list.json'))).toEqual([
      1,
      expect.stringMatching(/list\.json cannot be read: ENOENT/),
    ]);
  });
});
