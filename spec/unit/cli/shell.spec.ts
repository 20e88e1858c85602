import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { CATALOGUE, GROUPS } from '../../../plugins/cli/catalogue';
import { languageOf } from '../../../plugins/cli/shell/language';
import { nearest } from '../../../plugins/core/text';
import { relative, utc } from '../../../plugins/cli/shell/time-text';
import { modi, NOW } from './support';

const NAMES = Object.keys(CATALOGUE);

describe('help', () => {
  it('without a command: the list on stderr, exit 2', async () => {
    const ran = await modi([]);
    expect(ran).toMatchObject({ code: 2, out: '' });
    for (const name of NAMES) expect(ran.err).toContain(`  ${name.split(' ')[0] ?? ''}`);
  });

  it.each([['--help'], ['help'], ['-h']])('modi %s goes to stdout, exit 0', async (argument) => {
    const ran = await modi([argument]);
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toMatch(/^Usage: modi/);
  });

  it.each(NAMES)('modi %s --help has examples and exit codes, in English and Italian', async (name) => {
    const english = await modi([...name.split(' '), '--help']);
    expect(english.code).toBe(0);
    expect(english.out).toMatch(/\nEXAMPLES\n {2}# .+\n {2}modi /);
    expect(english.out).toMatch(/\nEXIT CODES\n {2}0 {2}/);
    const italian = await modi([...name.split(' '), '--help', '--lang', 'it']);
    expect(italian.out).toMatch(/^Uso: modi/);
    expect(italian.out).toMatch(/\nESEMPI\n/);
    if (!name.includes(' ')) expect((await modi(['help', name])).out).toBe(english.out);
  });

  it.each(Object.keys(GROUPS))('modi %s alone lists its verbs', async (group) => {
    const ran = await modi([group]);
    expect(ran).toMatchObject({ code: 2, out: '' });
    for (const name of NAMES.filter((one) => one.startsWith(`${group} `))) {
      expect(ran.err).toContain(`  ${name.split(' ')[1] ?? ''}`);
    }
    expect((await modi([group, 'nonsense'])).err).toMatch(/unknown command 'nonsense'.*CLI_USAGE\n$/);
  });

  it.each(NAMES)('%s is declared whole in both languages', async (name) => {
    const { about, options, examples, exits, arguments: args = [] } = await CATALOGUE[name]!.load();
    const texts = [
      about,
      ...[...options, ...examples, ...args].map((one) => one.about),
      ...exits.map(([, text]) => text),
    ];
    for (const { en, it: italian } of texts) {
      expect(en).not.toBe('');
      expect(italian).not.toBe('');
    }
    expect(examples.length).toBeGreaterThan(0);
    expect(exits[0]?.[0]).toBe(0);
  });
});

describe('mistakes on the command line', () => {
  it.each([
    [['tokn'], /unknown command 'tokn'; did you mean token\?; see modi --help {2}CLI_USAGE\n$/],
    [
      ['inspect', '--htm', 'x'],
      /unknown option '--htm'; did you mean --html\?; see modi inspect --help {2}CLI_USAGE\n$/,
    ],
    [['call'], /missing required argument 'URL'.*CLI_USAGE\n$/],
    [['explain', 'a', 'b'], /too many arguments.*CLI_USAGE\n$/],
    [['explain', '--output', 'xml'], /Allowed choices are text, json.*CLI_USAGE\n$/],
    [['token', '--aud'], /'--aud <AUDIENCE>' argument missing.*CLI_USAGE\n$/],
    [['explain', '--lang', 'de'], /Allowed choices are en, it.*CLI_USAGE\n$/],
  ])('%j is one line with a code, exit 2', async (argv, message) => {
    const ran = await modi(argv);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toMatch(message);
    expect(ran.err.match(/\n/g)).toHaveLength(1);
  });

  it('speaks Italian where the user does', async () => {
    const env = { LANG: 'it_IT.UTF-8' };
    expect((await modi(['tokn'], { env })).err).toMatch(/comando sconosciuto 'tokn'; forse token\?; vedi modi --help/);
    expect((await modi(['token', '--aud'], { env })).err).toMatch(/manca il valore dell'opzione '--aud <AUDIENCE>'/);
    expect((await modi(['explain', '--output', 'xml'], { env })).err).toMatch(/Valori ammessi: text, json/);
  });

  it('is JSON on stderr when the result was to be JSON', async () => {
    const ran = await modi(['explain', 'xyzzy', '--output', 'json']);
    expect(JSON.parse(ran.err)).toMatchObject({ schema: 'modi.error/1', code: 'CLI_USAGE' });
  });

  it('shows a stack only with --debug', async () => {
    const quiet = await modi(['token', '--dir', 'none', '--aud', 'x', '--pattern', 'ID_AUTH_REST_01']);
    expect(quiet.err).not.toMatch(/\n +at /);
    const loud = await modi(['token', '--dir', 'none', '--aud', 'x', '--pattern', 'ID_AUTH_REST_01', '--debug']);
    expect(loud.err).toMatch(/\n +at /);
  });
});

describe('colour', () => {
  const coloured = async (env: Record<string, string>, isTTY: boolean, ...argv: readonly string[]) =>
    (await modi(['explain', 'MODI_REPLAY', ...argv], { env, isTTY })).out.includes('\u001b[');

  it('only on a terminal, and not with NO_COLOR, TERM=dumb or --no-color', async () => {
    expect(await coloured({}, true)).toBe(true);
    expect(await coloured({}, false)).toBe(false);
    expect(await coloured({ NO_COLOR: '1' }, true)).toBe(false);
    expect(await coloured({ NO_COLOR: '' }, true)).toBe(true);
    expect(await coloured({ TERM: 'dumb' }, true)).toBe(false);
    expect(await coloured({}, true, '--no-color')).toBe(false);
  });
});

describe('language', () => {
  it.each([
    [['--lang', 'it'], {}, 'it'],
    [['--lang=it'], {}, 'it'],
    [['--lang', 'en'], { LANG: 'it_IT.UTF-8' }, 'en'],
    [[], { LANG: 'it_IT.UTF-8' }, 'it'],
    [[], { LANG: 'it' }, 'it'],
    [[], { LANG: 'it_IT.UTF-8', LC_ALL: 'C' }, 'en'],
    [[], { LANG: 'en_US.UTF-8', LC_MESSAGES: 'it_IT' }, 'it'],
    [[], { LANG: 'iton' }, 'en'],
    [[], {}, 'en'],
  ])('%j with %j is %s', (argv, env, language) => {
    expect(languageOf(argv, env)).toBe(language);
  });
});

describe('times and names', () => {
  it('are UTC with Z, and relative without promising too much', () => {
    expect(utc(NOW)).toBe('2026-11-23T10:00:00Z');
    expect(utc(NOW + 0.9)).toBe('2026-11-23T10:00:00Z');
    expect(utc(1e300)).toBe('1e+300');
    expect(relative(NOW + 98 * 86_400 + 80_000, NOW, 'en')).toBe('in 98 days');
    expect(relative(NOW - 200, NOW, 'it')).toBe('3 minuti fa');
    expect(relative(NOW, NOW, 'en')).toBe('now');
  });

  it('nearest finds what was meant and nothing else', () => {
    expect(nearest('AUDI', ['aud', 'iss'])).toBe('aud');
    expect(nearest('expird', ['expired', 'future'])).toBe('expired');
    expect(nearest('zzz', ['expired', 'future'])).toBeUndefined();
  });
});

describe('modi completion', () => {
  it.each(['bash', 'zsh', 'fish'])('%s knows every command and its options', async (shell) => {
    const { out, code } = await modi(['completion', shell]);
    expect(code).toBe(0);
    for (const word of NAMES.flatMap((name) => name.split(' '))) expect(out).toContain(word);
    expect(out).toContain('x5c_chain');
  });

  it('the bash script completes in a real bash', async () => {
    const { out } = await modi(['completion', 'bash']);
    const complete = (...words: readonly string[]) => {
      const quoted = words.map((word) => `'${word}'`).join(' ');
      const script = `${out}\nCOMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _modi; echo "\${COMPREPLY[*]}"`;
      const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
      expect(stderr).toBe('');
      return stdout.trim();
    };
    expect(complete('modi', 'ex')).toBe('explain');
    expect(complete('modi', 'token', '--ref')).toBe('--reference');
    expect(complete('modi', 'audit', 'ver')).toBe('verify');
    expect(complete('modi', 'audit', 'verify', '--wit')).toBe('--witness');
    expect(complete('modi', 'token', '--reference', 'x5c_')).toBe('x5c_chain');
  });

  it('knows no other shell', async () => {
    expect((await modi(['completion', 'cmd'])).code).toBe(2);
  });
});
