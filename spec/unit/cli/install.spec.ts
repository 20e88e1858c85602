import fc from 'fast-check';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mergeSettings, settingsOf, type InstallPlan, type Setting } from '../../../plugins/cli/install';
import { readSettings } from '../../../plugins/cli/kong';
import { PLUGIN_NAMES } from '../../../plugins/runtime/registry';
import { isDocumented } from '../../support/kong-options';
import { json, modi, temporaryDirectory } from './support';

const PLAN: InstallPlan = {
  plugins: ['modi-verify', 'modi-sign'],
  socket: '/usr/local/kong/modi.sock',
  pluginServer: ['/usr/bin/node', '/opt/modi/modi-pluginserver'],
  stock: undefined,
  startedByKong: true,
  everyEntryStarted: false,
  home: undefined,
  metrics: undefined,
};
const valuesOf = (plan: Partial<InstallPlan>): ReadonlyMap<string, string> =>
  new Map(settingsOf({ ...PLAN, ...plan }).map(({ name, value }) => [name, value]));

describe('the lines of kong.conf', () => {
  const plans: readonly Partial<InstallPlan>[] = [
    {},
    { plugins: PLUGIN_NAMES },
    { startedByKong: false },
    { everyEntryStarted: true },
    { home: '/etc/kong/modi', metrics: '127.0.0.1:9545' },
    { stock: { command: ['/usr/bin/node', '/opt/kong-js-pluginserver'], folder: '/opt/modi/stock' } },
  ];

  it.each(plans)('of %j are options that Kong documents, word for word', (plan) => {
    const names = [...valuesOf(plan).keys()];
    const entries = plan.plugins ?? PLAN.plugins;
    expect(names.filter((name) => !isDocumented(name, entries))).toEqual([]);
    expect(names).toContain('pluginserver_names');
  });

  it('have one entry per plugin on one socket, started by the first', () => {
    const values = valuesOf({});
    expect(values.get('plugins')).toBe('bundled,modi-verify,modi-sign');
    expect(values.get('pluginserver_names')).toBe('modi-verify,modi-sign');
    expect(values.get('pluginserver_modi_sign_socket')).toBe(values.get('pluginserver_modi_verify_socket'));
    expect(values.get('pluginserver_modi_verify_start_cmd')).toBe(
      '/usr/bin/node /opt/modi/modi-pluginserver --socket /usr/local/kong/modi.sock',
    );
    expect(values.has('pluginserver_modi_sign_start_cmd')).toBe(false);
  });

  it('start something for every entry on Kong 3.4, which skips the plugins of the others', () => {
    const values = valuesOf({ everyEntryStarted: true });
    expect(values.get('pluginserver_modi_sign_start_cmd')).toBe('/bin/sleep infinity');
    const service = valuesOf({ everyEntryStarted: true, startedByKong: false });
    expect(service.get('pluginserver_modi_verify_start_cmd')).toBe('/bin/sleep infinity');
  });

  it('start nothing when the plugin server is a service', () => {
    expect([...valuesOf({ startedByKong: false }).keys()].filter((name) => name.endsWith('start_cmd'))).toEqual([]);
  });

  it('tell Kong the protocol of the stock server, and where its plugins lie', () => {
    const stock = { command: ['/usr/bin/node', '/opt/kong-js-pluginserver'], folder: '/opt/modi/stock' };
    const values = valuesOf({ stock });
    expect(values.get('pluginserver_modi_sign_query_cmd')).toMatch(/--describe modi-sign --protocol MsgPack:1$/);
    expect(values.get('pluginserver_modi_verify_start_cmd')).toBe(
      '/usr/bin/node /opt/kong-js-pluginserver --plugins-directory /opt/modi/stock --kong-prefix /usr/local/kong --sock-name modi.sock',
    );
  });
});

describe('merged into a kong.conf', () => {
  const merge = (text: string, plan: Partial<InstallPlan> = {}): string =>
    mergeSettings(text, settingsOf({ ...PLAN, ...plan }));

  it('they keep what is there, comments included, and add to its lists', () => {
    const text = '# mine\nlog_level = info # loud\nplugins = bundled, my-auth\n#pluginserver_names =\n';
    const merged = merge(text);
    expect(merged).toMatch(/^# mine\nlog_level = info # loud\nplugins = bundled,my-auth,modi-verify,modi-sign\n/);
    expect(merged).toContain('\n#pluginserver_names =\n');
    expect(readSettings(merged).get('pluginserver_names')).toBe('modi-verify,modi-sign');
  });

  it('they take an old start_cmd of ours away, and nobody else’s', () => {
    const before = merge('pluginserver_names = js\npluginserver_js_start_cmd = /usr/bin/js\n');
    const after = readSettings(merge(before, { startedByKong: false }));
    expect(after.has('pluginserver_modi_verify_start_cmd')).toBe(false);
    expect(after.get('pluginserver_js_start_cmd')).toBe('/usr/bin/js');
    expect(after.get('pluginserver_names')).toBe('js,modi-verify,modi-sign');
  });

  it('they respect buffers that somebody chose, and turn plugins = off into ours', () => {
    const merged = readSettings(merge('nginx_http_large_client_header_buffers = 4 64k\nplugins = off\n'));
    expect(merged.get('nginx_http_large_client_header_buffers')).toBe('4 64k');
    expect(merged.get('plugins')).toBe('bundled,modi-verify,modi-sign');
  });

  it('they do not load more of Kong’s own plugins than somebody chose', () => {
    expect(readSettings(merge('plugins = acl,file-log\n')).get('plugins')).toBe('acl,file-log,modi-verify,modi-sign');
  });

  it('they change the line that counts when an option stands twice', () => {
    const merged = merge('plugins = off\nplugins = bundled\n');
    expect(merged).toMatch(/^plugins = off\nplugins = bundled,modi-verify,modi-sign\n/);
  });

  const line = fc.oneof(
    fc.constantFrom('', '# a comment', 'plugins = bundled,x', 'pluginserver_names = a , b', 'prefix = /k # p', 'junk'),
    fc
      .tuple(fc.constantFrom('log_level', 'pluginserver_a_socket', 'plugins'), fc.stringMatching(/^[\w,./ -]{0,20}$/))
      .map(([name, value]) => `${name} = ${value}`),
  );

  it('whatever the file: a second time changes nothing, and no other option changes', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const text = lines.join('\n');
        const once = merge(text);
        expect(merge(once)).toBe(once);
        const [before, after] = [readSettings(text), readSettings(once)];
        const ours = new Set(settingsOf(PLAN).map(({ name }: Setting) => name));
        for (const [name, value] of before) if (!ours.has(name)) expect(after.get(name)).toBe(value);
        for (const { name, value, list } of settingsOf(PLAN)) {
          if (list === undefined) expect(after.get(name)).toBe(value);
          else for (const member of list) expect(after.get(name)?.split(',')).toContain(member);
        }
      }),
    );
  });
});

describe('modi install', () => {
  const place = temporaryDirectory();
  let folder: string;
  let files = 0;
  const run = (...argv: readonly string[]) =>
    modi(['install', '--kong-conf', join(folder, 'kong.conf'), '--prefix', folder, '--user', 'root', ...argv], {
      env: { LANG: 'C', PATH: join(place.path, 'bin') },
      cwd: folder,
    });
  const conf = () => readFileSync(join(folder, 'kong.conf'), 'utf8');

  beforeAll(() => {
    mkdirSync(join(place.path, 'bin'));
  });
  beforeEach(() => {
    folder = join(place.path, `case-${(files += 1)}`);
    mkdirSync(folder);
  });
  afterAll(place.remove);

  it('prints the lines to stdout and its checks to stderr, and writes nothing', async () => {
    const ran = await run();
    expect(ran.code, ran.err).toBe(0);
    expect(readSettings(ran.out).get('pluginserver_names')).toBe(PLUGIN_NAMES.join(','));
    for (const name of PLUGIN_NAMES) expect(ran.err).toMatch(new RegExp(`^ok {4}plugin ${name} \\.+ \\d`, 'm'));
    expect(readdirSync(folder)).toEqual([]);
  });

  it('--print is the lines alone', async () => {
    const ran = await run('--print', '--plugin', 'modi-sign');
    expect([ran.code, ran.err]).toEqual([0, '']);
    expect(readSettings(ran.out).get('plugins')).toBe('bundled,modi-sign');
  });

  it('--write writes once, with a copy, the same owner and mode, through a link', async () => {
    writeFileSync(join(folder, 'real.conf'), 'log_level = warn\n');
    chmodSync(join(folder, 'real.conf'), 0o640);
    symlinkSync('real.conf', join(folder, 'kong.conf'));
    const first = await run('--write');
    expect(first.code, first.err).toBe(0);
    expect(conf()).toMatch(/^log_level = warn\n\n# ModI/);
    expect(statSync(join(folder, 'real.conf')).mode & 0o777).toBe(0o640);
    const copies = readdirSync(folder).filter((name) => name.includes('before-modi'));
    expect(copies).toEqual(['real.conf.before-modi-20261123T100000Z']);
    expect(readFileSync(join(folder, copies[0]!), 'utf8')).toBe('log_level = warn\n');
    const written = conf();
    const second = await run('--write');
    expect(second.out).toMatch(/has it all already/);
    expect([conf(), readdirSync(folder).length]).toEqual([written, 3]);
  });

  it('--write makes a kong.conf where there is none', async () => {
    expect((await run('--write')).code).toBe(0);
    expect(conf()).toMatch(/^# ModI/);
  });

  it('does not overwrite a copy, and then changes nothing', async () => {
    writeFileSync(join(folder, 'kong.conf'), 'log_level = warn\n');
    writeFileSync(join(folder, 'kong.conf.before-modi-20261123T100000Z'), 'older');
    const ran = await run('--write');
    expect([ran.code, conf()]).toEqual([1, 'log_level = warn\n']);
    expect(ran.err).toMatch(/CLI_FILE_EXISTS\n$/);
  });

  it.each([
    ['a path that no socket can have', ['--socket', `/${'x'.repeat(120)}`], /^fail {2}socket .*\n.*--socket/m],
    ['an old Kong', ['--kong-version', '3.3.1'], /^fail {2}kong .* 3\.3\.1\n.*3\.4/m],
    ['a node that is not there', ['--node', '/nowhere/node'], /^fail {2}user .*ENOENT/m],
  ])('writes nothing for %s', async (_, argv, message) => {
    const ran = await run('--write', ...argv);
    expect(ran.code).toBe(3);
    expect(ran.err).toMatch(message);
    expect(existsSync(join(folder, 'kong.conf'))).toBe(false);
  });

  it('refuses a file in the place of the socket', async () => {
    writeFileSync(join(folder, 'modi.sock'), '');
    const ran = await run();
    expect([ran.code, ran.err]).toEqual([3, expect.stringMatching(/^fail {2}socket .*is no socket/m)]);
  });

  it('says whom Kong’s user cannot reach', async () => {
    // The user of nobody's programs: it may not enter the folder.
    const hidden = join(folder, 'hidden');
    mkdirSync(hidden);
    writeFileSync(join(hidden, 'node'), '');
    chmodSync(join(hidden, 'node'), 0o755);
    chmodSync(hidden, 0o700);
    const ran = await run('--user', 'nobody', '--node', join(hidden, 'node'));
    expect(ran.code).toBe(3);
    expect(ran.err).toMatch(/^fail {2}user .*nobody may not use .*hidden/m);
  });

  it.each([0o755, 0o722])(
    'writes nothing when Kong’s user cannot make the socket in a folder of mode %o',
    async (mode) => {
      chmodSync(place.path, 0o755);
      chmodSync(folder, mode);
      const ran = await run('--write', '--user', 'nobody');
      expect(ran.code).toBe(3);
      expect(ran.err).toMatch(/^fail {2}socket .*nobody may not make .*modi\.sock.*\n.*nobody/m);
      expect(readdirSync(folder)).toEqual([]);
      chmodSync(folder, 0o777);
      expect((await run('--user', 'nobody')).err).toMatch(/^ok {4}socket /m);
    },
  );

  it('says of a folder that is not there who must be able to write in it', async () => {
    const ran = await run('--user', 'nobody', '--socket', join(folder, 'later', 'modi.sock'));
    expect(ran.err).toMatch(/^warn {2}socket .*later does not exist yet\n.*Kong's user/m);
  });

  it('warns of variables that win over the file, and of a Kong that lets pass', async () => {
    const ran = await modi(['install', '--user', 'root', '--prefix', folder, '--kong-version', '3.7.1'], {
      env: { LANG: 'C', KONG_PLUGINS: 'bundled' },
    });
    expect(ran.code).toBe(0);
    expect(ran.err).toMatch(/^warn {2}environment \.+ KONG_PLUGINS$/m);
    expect(ran.err).toMatch(/^warn {2}kong \.+ 3\.7\.1\n.*allow: \[modi\]/m);
  });

  it.each([
    [['--print', '--write'], /--print and --write/],
    [['--form', 'env', '--write'], /--form/],
    [['--form', 'unit'], /--service/],
    [['--server', 'stock'], /kong-js-pluginserver/],
    [['--kong-version', 'new'], /3\.9\.1/],
    [['--socket', '/a b/s'], /quote/],
    [['--plugin', 'modi-sing'], /modi-sign/],
  ])('%j is a usage error', async (argv, message) => {
    const ran = await run(...argv);
    expect([ran.code, ran.out]).toEqual([2, '']);
    expect(ran.err).toMatch(message);
  });

  it('tells a script the same', async () => {
    const ran = await run('--output', 'json', '--write');
    expect(json(ran)).toMatchObject({
      schema: 'modi.install/1',
      settings: expect.arrayContaining([{ name: 'pluginserver_names', value: PLUGIN_NAMES.join(',') }]),
      checks: expect.arrayContaining([expect.objectContaining({ check: 'node', level: 'ok' })]),
      written: { file: join(folder, 'kong.conf'), changed: true },
    });
  });

  it('speaks Italian, and gives containers variables and systemd a unit', async () => {
    expect((await run('--lang', 'it')).err).toMatch(/nulla prevale sul kong\.conf/);
    expect((await run('--form', 'env')).out).toMatch(/^KONG_PLUGINS=bundled,/m);
    const unit = (await run('--print', '--service', '--form', 'unit', '--home', '/etc/kong/modi')).out;
    expect(unit).toMatch(/^RuntimeDirectory=modi$/m);
    expect(unit).toMatch(/^Environment=MODI_HOME=\/etc\/kong\/modi$/m);
    expect(unit).toMatch(/^ExecStart=\/\S*node \S+main\.js --socket \/run\/modi\/modi\.sock$/m);
  });
});
