import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, modi, temporaryDirectory, type Ran } from './support';

const directory = temporaryDirectory();
const cwd = directory.path;
const catalogue = (...argv: readonly string[]): Promise<Ran> => modi(['catalogue', ...argv], { cwd });

beforeAll(async () => {
  expect((await catalogue('init')).out).toContain('written catalogue');
});
afterAll(() => {
  directory.remove();
});

describe('modi catalogue', () => {
  it('init overwrites nothing', async () => {
    const again = await catalogue('init');
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('CLI_FILE_EXISTS')]);
    expect((await catalogue('init', '--catalogue', 'other')).code).toBe(0);
  });

  it('build writes a kong.yml that modi check approves', async () => {
    const { code, out } = await catalogue('build', '--out', 'kong.yml');
    expect([code, out]).toEqual([0, 'written kong.yml: 2 services, 2 organisations, 3 agreements\n']);
    expect((await modi(['check', 'kong.yml', '--strict'], { cwd })).code).toBe(0);
    expect((await catalogue('build')).out).toBe(readFileSync(join(cwd, 'kong.yml'), 'utf8'));
  });

  it('list says who may call what, how, on the day', async () => {
    const { out } = await catalogue('list');
    expect(out).toMatch(
      /^WHO +WHAT +HOW +LIMITS +UNTIL\ncomune-di-esempio +anagrafe +ID_AUTH_REST_02\+INTEGRITY_REST_01 +300\/minute 20000\/day +2029-12-31\n/,
    );
    expect(out.trimEnd().split('\n')).toHaveLength(4);
    expect((await catalogue('list', '--at', '2030-01-01')).out).not.toContain('anagrafe');
    expect((await catalogue('list', '--lang', 'it')).out).toMatch(/^CHI +COSA +COME/);
  });

  it('show answers for an e-service, and for an organisation by name or identity', async () => {
    expect((await catalogue('show', 'avvisi')).out).toMatch(
      /who may call it \(2\)\n {2}comune-di-esempio +CF:IT-80012000000[\s\S]*regione-esempio/,
    );
    const { out } = await catalogue('show', 'comune-di-esempio');
    expect(out).toMatch(
      /what it may call \(2\)\n {2}anagrafe +ID_AUTH_REST_02\+INTEGRITY_REST_01 +https:\/\/api\.ente\.example\/rest\/anagrafe\/v1 .*prot\. 2026\/0142/,
    );
    expect((await catalogue('show', 'CF:IT-80012000000')).out).toBe(out);
  });

  it('speaks JSON', async () => {
    expect(json(await catalogue('show', 'anagrafe', '--output', 'json'))).toMatchObject({
      schema: 'modi.catalogue/1',
      day: '2026-11-23',
      service: { name: 'anagrafe', openapi: { methods: ['GET', 'POST'] } },
      agreements: [{ organisation: 'comune-di-esempio', limits: '300/minute 20000/day', signed_answers: true }],
    });
    expect(json(await catalogue('list', '--output', 'json'))['agreements']).toHaveLength(3);
  });

  it.each([
    [['build', '--catalogue', 'nowhere'], 1, 'CLI_FILE'],
    [['build', '--catalogue', 'catalogue/openapi'], 1, 'CLI_CONFIG'],
    [['build', '--at', 'today'], 2, 'CLI_USAGE'],
    [['biuld'], 2, 'did you mean build?'],
    [['show', 'anagraffe'], 2, 'did you mean anagrafe?'],
  ])('%j exits with %i', async (argv, code, words) => {
    const ran = await catalogue(...argv);
    expect([ran.code, ran.err]).toEqual([code, expect.stringContaining(words)]);
  });
});
