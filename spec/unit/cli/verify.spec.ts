import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BREAKAGES } from '../../../plugins/cli/request';
import { json, modi, NOW, temporaryDirectory } from './support';

const directory = temporaryDirectory();
const cwd = directory.path;
const AUD = 'https://api.ente.example/v1';
const BOTH = ['--pattern', 'ID_AUTH_REST_02,INTEGRITY_REST_01', '--aud', AUD];
const anchors = ['--anchors', '.modi/ca.pem'];

beforeAll(() => modi(['keygen', '--dev'], { cwd }));
afterAll(directory.remove);

/** A signed request as a capture would hold it. */
async function captured(...argv: readonly string[]): Promise<string> {
  const ran = await modi(['token', ...BOTH, '--body', '{"a":1}', '--output', 'http', ...argv], { cwd });
  expect(ran.err).toBe('');
  return ran.out;
}

const verify = (stdin: string, ...argv: readonly string[]) =>
  modi(['verify', '--request', '-', ...BOTH, ...anchors, ...argv], { cwd, stdin });

describe('modi verify', () => {
  it('accepts a good request: exit 0, every check a row, uniqueness left open', async () => {
    const ran = await verify(await captured(), '--explain');
    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(/verdict {2}ACCEPTED/);
    expect(ran.out).not.toMatch(/FAIL/);
    expect(ran.out).toMatch(/uniqueness +-- +not evaluated/);
  });

  it.each(Object.entries(BREAKAGES).filter(([, { twice }]) => twice !== true))(
    '--break %s is refused with the code it promises',
    async (name, { expect: code }) => {
      const ran = await verify(await captured('--break', name), '--output', 'json');
      expect(json(ran)).toMatchObject({ schema: 'modi.verify/1', outcome: 'refused', code });
      expect(ran.code).toBe(3);
    },
  );

  it.each([
    ['expired', 'MODI_CERTIFICATE_EXPIRED'],
    ['untrusted', 'MODI_CERTIFICATE_UNTRUSTED'],
  ])('client %s is refused with %s', async (client, code) => {
    const ran = await verify(await captured('--client', client), '--output', 'json');
    expect(json(ran)).toMatchObject({ outcome: 'refused', status: 401, code });
  });

  it('stops at the first failure, and with --all tells what else is wrong', async () => {
    const request = (await captured('--break', 'expired')).replace('{"a":1}', '{"a":2}');
    const stopped = json(await verify(request, '--output', 'json'))['checks'] as { outcome: string; code: string }[];
    expect(stopped.filter(({ outcome }) => outcome === 'fail')).toHaveLength(1);
    const all = json(await verify(request, '--all', '--output', 'json'));
    expect(all['code']).toBe('MODI_TOKEN_EXPIRED');
    const codes = (all['checks'] as { code: string | null }[]).flatMap(({ code }) => code ?? []);
    expect(codes).toEqual(['MODI_TOKEN_EXPIRED', 'MODI_TOKEN_EXPIRED', 'MODI_DIGEST_MISMATCH']);
  });

  it('--at judges as of another time', async () => {
    const request = await captured();
    const late = await verify(request, '--at', '2026-11-23T10:10:00Z', '--output', 'json');
    expect(json(late)).toMatchObject({ code: 'MODI_TOKEN_EXPIRED', at: '2026-11-23T10:10:00Z' });
    expect((await verify(request, '--at', String(NOW + 1))).code).toBe(0);
    expect((await verify(request, '--at', 'yesterday')).code).toBe(2);
    expect((await verify(request, '--at', '2026-11-23')).code).toBe(2);
  });

  it('a token alone goes to its header; pasted with Bearer and line breaks', async () => {
    const { out } = await modi(['token', '--pattern', 'ID_AUTH_REST_01', '--aud', AUD], { cwd });
    const wrapped = out.replace(/^Authorization: /, '').replaceAll(/(.{60})/g, '$1\n  ');
    const argv = ['verify', '-', '--pattern', 'ID_AUTH_REST_01', '--aud', AUD, ...anchors];
    expect((await modi(argv, { cwd, stdin: wrapped })).code).toBe(0);
  });

  it('an integrity token alone goes to Agid-JWT-Signature', async () => {
    const { out } = await modi(
      ['token', '--pattern', 'INTEGRITY_REST_01', '--aud', AUD, '--body', 'x', '--output', 'json'],
      { cwd },
    );
    const [{ jws }] = (JSON.parse(out) as { tokens: [{ jws: string }] }).tokens;
    const ran = await modi(['verify', jws, ...BOTH, ...anchors, '--explain'], { cwd });
    expect(ran.out).toContain('token   Agid-JWT-Signature');
    expect(ran.out).toContain('MODI_AUTHORIZATION_MISSING');
  });

  it('headers and body may come one by one', async () => {
    const { out } = await modi(['token', ...BOTH, '--body', 'hello'], { cwd });
    writeFileSync(join(cwd, 'headers.txt'), out);
    const good = ['verify', '--headers', 'headers.txt', '--body', 'hello', ...BOTH, ...anchors];
    expect((await modi(good, { cwd })).code).toBe(0);
    expect((await modi([...good, '--header', 'Digest: x'], { cwd })).out).toContain('MODI_DIGEST_DUPLICATE');
    expect((await modi([...good.slice(0, 4), 'hullo', ...good.slice(5)], { cwd })).out).toContain(
      'MODI_DIGEST_MISMATCH',
    );
  });

  it('speaks Italian', async () => {
    const ran = await verify(await captured('--break', 'aud'), '--lang', 'it');
    expect(ran.out).toMatch(/verdetto RIFIUTATO 401 MODI_AUDIENCE_MISMATCH/);
    expect(ran.out).toMatch(/agisce {3}chi chiama/);
  });

  it.each([
    [['--aud', AUD, ...anchors], /without --pattern/],
    [['--pattern', 'ID_AUTH_REST_01', ...anchors], /without --aud/],
    [['--pattern', 'ID_AUTH_REST_01', '--aud', AUD], /without --anchors/],
  ])('refuses a verdict for %j', async (argv, message) => {
    const ran = await modi(['verify', 'x', ...argv], { cwd });
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toMatch(message);
  });

  it.each([
    ['Content-Length: 99\r\n\r\nshort', /Content-Length says 99.*CLI_INPUT/],
    ['Transfer-Encoding: chunked\r\n\r\n0\r\n', /chunked.*CLI_INPUT/],
    ['GET / HTTP/1.1\r\nno header\r\n\r\n', /no header line.*CLI_INPUT/],
  ])('cannot tell of %j', async (request, message) => {
    const ran = await verify(request);
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(message);
  });

  it('a configuration that the gateway refuses is named, exit 1', async () => {
    const alone = ['verify', 'x', '--pattern', 'INTEGRITY_REST_01', '--aud', AUD, ...anchors];
    const ran = await modi(alone, { cwd });
    expect(ran).toMatchObject({ code: 1, out: '' });
    expect(ran.err).toMatch(/config\.patterns.*CLI_CONFIG\n$/);
    const missing = await modi(['verify', 'x', '--pattern', 'ID_AUTH_REST_01', '--aud', AUD, '--anchors', 'none.pem'], {
      cwd,
    });
    expect(missing.err).toMatch(/config\.trust\.anchors.*CLI_CONFIG\n$/);
  });
});

describe('modi verify --config', () => {
  const write = (text: string) => {
    writeFileSync(join(cwd, 'kong.yml'), text);
  };
  const plugin = (audience: string, extra = '') =>
    `{ name: modi-verify, ${extra} config: { patterns: [ID_AUTH_REST_01], audience: ["${audience}"], trust: { anchors: ["${join(cwd, '.modi/ca.pem')}"] } } }`;
  const verdict = async (...argv: readonly string[]) => {
    const { out } = await modi(['token', '--pattern', 'ID_AUTH_REST_01', '--aud', AUD], { cwd });
    return modi(['verify', '-', '--config', 'kong.yml', ...argv], { cwd, stdin: out });
  };

  it('takes the plugin of the route, of its service, or the global one, as Kong does', async () => {
    write(`
_format_version: "3.0"
services:
  - name: s
    url: http://x
    plugins: [${plugin('service')}]
    routes:
      - { name: own, paths: [/a], plugins: [${plugin(AUD, 'instance_name: mine,')}] }
      - { name: inherits, paths: [/b] }
plugins: [${plugin('global')}]
`);
    expect((await verdict('--route', 'own')).code).toBe(0);
    expect((await verdict('--plugin-instance', 'mine')).code).toBe(0);
    expect((await verdict('--route', 'inherits', '--output', 'json')).out).toContain('"service"');
    expect((await verdict()).err).toMatch(/3 modi-verify plugins: choose.*CLI_USAGE/);
    expect((await verdict('--plugin-instance', 'mina')).err).toMatch(/did you mean mine\?.*CLI_USAGE/);
  });

  it('takes the only one without being asked', async () => {
    write(`plugins: [${plugin(AUD)}]`);
    expect((await verdict()).code).toBe(0);
  });

  it('follows references at the top of the file', async () => {
    write(`
services: [{ name: s, url: http://x }]
routes: [{ name: r, service: { name: s }, paths: [/] }, { name: q, service: s, paths: [/q] }]
plugins: [{ route: r, ${plugin(AUD).slice(1)}, { service: { name: s }, ${plugin('other').slice(1)}]
`);
    expect((await verdict('--route', 'r')).code).toBe(0);
    expect((await verdict('--route', 'q')).code).toBe(3);
  });

  it.each([
    ['services: []', /holds no modi-verify/],
    ['a: [', /kong\.yml:\d+:\d+: /],
    ['plugins: [{ name: modi-verify, config: { patterns: [X] } }]', /config\.patterns/],
  ])('cannot judge by %j', async (text, message) => {
    write(text);
    const ran = await verdict();
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(message);
    expect(ran.err).toMatch(/CLI_CONFIG\n$/);
  });

  it('judges by the sample kong.yml of this project', async () => {
    const text = readFileSync(join(__dirname, '../../../kong.yml'), 'utf8');
    write(text.replaceAll('.modi/ca.pem', join(cwd, '.modi/ca.pem')));
    const { out } = await modi(
      ['token', '--pattern', 'ID_AUTH_REST_01', '--aud', 'http://127.0.0.1:8000/rest/avvisi/v1'],
      { cwd },
    );
    const argv = ['verify', '-', '--config', 'kong.yml', '--route', 'avvisi'];
    expect((await modi(argv, { cwd, stdin: out })).code).toBe(0);
  });
});
