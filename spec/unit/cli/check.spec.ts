import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, afterAll, describe, expect, it } from 'vitest';
import { RULES } from '../../../plugins/check';
import { GOOD, GOOD_CONF, writeMaterial } from '../check/support/good';
import { json, modi, temporaryDirectory, type Ran } from './support';

const directory = temporaryDirectory();
const cwd = directory.path;
const now = Math.floor(Date.now() / 1000);

beforeAll(async () => {
  await writeMaterial(cwd);
});
afterAll(() => {
  directory.remove();
});

const put = (name: string, text: string): string => {
  writeFileSync(join(cwd, name), text.replaceAll('FOLDER', cwd));
  return name;
};
const check = (...argv: readonly string[]): Promise<Ran> => modi(['check', ...argv], { cwd, now });

const NO_GATE = GOOD.replace(/ {10}- name: acl\n.*\n/, '');
const BAD = GOOD.replace('max_body_size:', 'max_body_sise:');
const lineOf = (text: string, part: string): number => text.split('\n').findIndex((line) => line.includes(part)) + 1;

describe('modi check', () => {
  it('is content with a good file', async () => {
    const ran = await check(put('kong.yml', GOOD));
    expect([ran.code, ran.out, ran.err]).toEqual([0, 'kong.yml: 0 errors, 0 warnings, 0 notes\n', '']);
    expect((await check()).out).toBe(ran.out);
  });

  it('names place, severity, cause, code and remedy, in both languages', async () => {
    const name = put('bad.yml', BAD);
    const { code, out } = await check(name);
    expect(code).toBe(3);
    expect(out).toContain(
      `bad.yml:${lineOf(BAD, 'max_body_sise')}:15 error there is no field max_body_sise (max_body_size?)  MODI_CHECK_FIELD_UNKNOWN\n`,
    );
    expect((await check(name, '--lang', 'it')).out).toContain(
      'errore il campo max_body_sise non esiste (max_body_size?)',
    );
  });

  it('counts warnings only with --strict, and notes never', async () => {
    const name = put('warn.yml', NO_GATE);
    expect((await check(name)).code).toBe(0);
    expect((await check(name, '--strict')).code).toBe(4);
    expect((await check(name, '--server', 'stock')).code).toBe(3);
    const noted = put('note.yml', GOOD.replace(/ {10}- name: http-log\n.*\n.*\n/, ''));
    const quiet = await check(noted, '--strict');
    expect([quiet.code, quiet.out]).toEqual([0, 'note.yml: 0 errors, 0 warnings, 1 notes (--notes shows them)\n']);
    expect((await check(noted, '--notes')).out).toContain('MODI_CHECK_LOG_MISSING');
  });

  it('takes several files, and answers for the worst', async () => {
    const { code, out } = await check(put('kong.yml', GOOD), put('bad.yml', BAD));
    expect(code).toBe(3);
    expect(out).toMatch(/^kong.yml: 0 errors.*\nbad.yml:/);
  });

  it('mends with --fix, once', async () => {
    const name = put('fix.yml', NO_GATE);
    const first = await check(name, '--fix');
    expect(first.out).toMatch(/0 errors, 0 warnings, 0 notes, 1 mended/);
    const mended = readFileSync(join(cwd, name), 'utf8');
    expect((await check(name, '--fix')).out).not.toContain('mended');
    expect(readFileSync(join(cwd, name), 'utf8')).toBe(mended);
  });

  it('lets a comment with the code silence a finding, and only that one', async () => {
    const wide = GOOD.replace(
      'patterns: [ID_AUTH_REST_01]',
      'patterns: [ID_AUTH_REST_01]\n              clock_skew: 120',
    );
    const behind = wide.replace(
      'clock_skew: 120',
      'clock_skew: 120 # modi-check-ignore MODI_CHECK_WINDOW_WIDE: agreed',
    );
    const above = wide.replace(
      '              clock_skew',
      '              # modi-check-ignore MODI_CHECK_WINDOW_WIDE: agreed\n              # until March\n              clock_skew',
    );
    const other = wide.replace('clock_skew: 120', 'clock_skew: 120 # modi-check-ignore MODI_CHECK_GATE_MISSING');
    expect((await check(put('wide.yml', wide), '--strict')).code).toBe(4);
    expect((await check(put('wide.yml', behind), '--strict')).out).toContain('1 ignored by comment');
    expect((await check(put('wide.yml', above), '--strict')).code).toBe(0);
    expect((await check(put('wide.yml', other), '--strict')).code).toBe(4);
  });

  it('reads the kong.conf beside it', async () => {
    put('kong.conf', GOOD_CONF);
    expect((await check(put('kong.yml', GOOD), '--kong-conf', 'kong.conf')).code).toBe(0);
    put('kong.conf', GOOD_CONF.replace('bundled,modi-verify,', 'bundled,'));
    expect((await check('kong.yml', '--kong-conf', 'kong.conf')).out).toContain('MODI_CHECK_PLUGIN_NOT_LOADED');
  });

  it.each([
    [['nowhere.yml'], 1, 'CLI_FILE'],
    [['kong.yml', '--kong', 'three'], 2, 'CLI_USAGE'],
    [['kong.yml', '--nodes', '0'], 2, 'CLI_USAGE'],
    [['kong.yml', '--output', 'xml'], 2, 'CLI_USAGE'],
    [['kong.yml', '--kong-conf', 'nowhere.conf'], 1, 'CLI_FILE'],
  ])('%j exits with %i', async (argv, code, name) => {
    const ran = await check(...argv);
    expect([ran.code, ran.err]).toEqual([code, expect.stringContaining(name)]);
  });

  it('prints nothing that could steer a terminal', async () => {
    const { out } = await check(put('bad.yml', GOOD.replace('max_body_size:', '"max\\u001b[2Jsize":')));
    expect(out).toContain('max\\u{1b}[2Jsize');
  });

  it('tells a file that it may not read from one that is not there', async () => {
    mkdirSync(join(cwd, 'folder.pem'), { recursive: true });
    chmodSync(join(cwd, 'folder.pem'), 0o700);
    const { out } = await check(put('bad.yml', GOOD.replace('file: FOLDER/key.pem', 'file: FOLDER/folder.pem')));
    expect(out).toContain('MODI_CHECK_FILE_UNREADABLE');
  });
});

describe('modi check for other programs', () => {
  it('json has all of it, in both languages', async () => {
    const report = json(await check(put('bad.yml', BAD), '--output', 'json'));
    expect(report).toMatchObject({
      schema: 'modi.check/1',
      files: [
        {
          file: 'bad.yml',
          findings: [
            {
              code: 'MODI_CHECK_FIELD_UNKNOWN',
              severity: 'error',
              line: lineOf(BAD, 'max_body_sise'),
              column: 15,
              field: 'services[1].routes[1].plugins[1].config.max_body_sise',
              fixable: false,
              problem: { en: expect.stringContaining('there is no'), it: expect.stringContaining('non esiste') },
            },
          ],
        },
      ],
    });
  });

  it('sarif 2.1.0 describes every rule and places every finding', async () => {
    const report = json(await check(put('a b.yml', BAD), '--output', 'sarif'));
    expect(report['version']).toBe('2.1.0');
    const [run] = report['runs'] as {
      tool: { driver: { rules: { id: string; help: { text: string } }[] } };
      results: { ruleId: string; ruleIndex: number; level: string; locations: unknown[] }[];
    }[];
    expect(run?.tool.driver.rules.map(({ id }) => id)).toEqual(RULES.map(({ code }) => code));
    const [result] = run?.results ?? [];
    expect(run?.tool.driver.rules[result?.ruleIndex ?? -1]?.id).toBe(result?.ruleId);
    expect(result).toMatchObject({ ruleId: 'MODI_CHECK_FIELD_UNKNOWN', level: 'error' });
    expect(result?.locations).toMatchObject([
      {
        physicalLocation: {
          artifactLocation: { uri: 'a%20b.yml' },
          region: { startLine: lineOf(BAD, 'max_body_sise'), startColumn: 15 },
        },
      },
    ]);
  });

  it('github has one command per finding, on one line, with what would end it escaped', async () => {
    const { out } = await check(put('a,b.yml', BAD), '--output', 'github');
    expect(out).toMatch(
      /^::error file=a%2Cb\.yml,line=\d+,col=15,title=MODI_CHECK_FIELD_UNKNOWN::there is no field max_body_sise.*\n$/,
    );
  });
});

describe('the rules', () => {
  it('have codes of their own, and words in both languages with the same places to fill', () => {
    expect(new Set(RULES.map(({ code }) => code)).size).toBe(RULES.length);
    const places = (text: string): readonly string[] => (text.match(/\{\w+\}/g) ?? []).toSorted();
    for (const { code, problem, remedy } of RULES) {
      expect(code).toMatch(/^MODI_CHECK_[A-Z0-9_]+$/);
      for (const { en, it: italian } of [problem, remedy]) {
        expect(italian.length).toBeGreaterThan(0);
        expect(
          places(italian).every((place) => places(en).includes(place)),
          code,
        ).toBe(true);
      }
    }
  });

  it('are explained', async () => {
    const { out } = await modi(['explain', 'MODI_CHECK_GATE_MISSING']);
    expect(out).toMatch(/^MODI_CHECK_GATE_MISSING {2}modi check, warning\n[\s\S]*--fix/);
  });
});
