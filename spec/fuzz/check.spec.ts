import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, it } from 'vitest';
import { applyFixes, RULES } from '../../plugins/check';
import { fuzz, PATIENCE } from '../support/fuzz/run';
import { partOf, PERMITTED, refused, Violation, type FuzzTarget } from '../support/fuzz/target';
import { mutatedYaml } from '../support/fuzz/yaml';
import { findingsOf, GOOD, writeMaterial } from '../unit/check/support/good';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'modi-fuzz-check-'));
  await writeMaterial(folder);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const CODES: ReadonlySet<string> = new Set(RULES.map(({ code }) => code));

it(
  'modi check answers to every file with findings in their places, and mends what it can',
  { timeout: PATIENCE },
  async () => {
    const good = GOOD.replaceAll('FOLDER', folder);
    const target: FuzzTarget = {
      kind: 'modi check',
      reaches: ['MODI_CHECK_SYNTAX', 'MODI_CHECK_FIELD_UNKNOWN', 'MODI_CHECK_FIELD_INVALID', 'permitted'],
      // Edits repeat a piece two thousand times: for a person at a terminal such a file may take a moment.
      limitMs: 1000,
      make: (random) => [{ name: 'file', bytes: mutatedYaml(good, random) }],
      async judge(input) {
        const text = partOf(input, 'file').toString('utf8');
        const findings = await findingsOf(text);
        const lines = text.split('\n').length;
        for (const { code, line, column, problem, remedy } of findings) {
          if (!CODES.has(code)) throw new Violation(`a finding of no rule: ${code}`);
          if (!(line >= 1 && line <= lines && column >= 1))
            throw new Violation(`a finding in no place: ${line}:${column}`);
          for (const { en, it } of [problem, remedy])
            if (en === '' || it === '') throw new Violation('a finding without words');
        }
        applyFixes(text, findings);
        const [first] = findings;
        return first === undefined ? PERMITTED : refused(first.code);
      },
    };
    await fuzz(target, SHARE);
  },
);

/** Each input is compiled by the plugins themselves, several times where a file is missing. */
const SHARE = 0.1;
