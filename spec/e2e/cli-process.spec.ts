import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAIN, newWorkplace, Running, shell } from './cli-support';
import { freePort } from '../support/free-port';

const workplace = newWorkplace();
const run = (line: string) => shell(line, workplace);

beforeAll(async () => {
  expect((await run('modi keygen --dev')).code).toBe(0);
});
afterAll(() => {
  workplace.remove();
});

describe('modi as a program', () => {
  it('is executable as npm links it', () => {
    expect(readFileSync(MAIN, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(statSync(MAIN).mode & 0o111).not.toBe(0);
  });

  it('tells the version of the package', async () => {
    const manifest = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { version: string };
    expect(await run('modi --version')).toEqual({ code: 0, out: `${manifest.version}\n`, err: '' });
  });

  it.each([
    ['modi explain MODI_REPLAY', 0],
    ['modi inspect none', 1],
    ['modi inspect @none', 1],
    ['modi explain xyzzy', 2],
    ['modi nonsense', 2],
    ['modi', 2],
    [
      'modi token --pattern ID_AUTH_REST_01 --aud a | modi verify - --pattern ID_AUTH_REST_01 --aud b --anchors .modi/ca.pem',
      3,
    ],
  ])('%s exits %i', async (line, code) => {
    expect((await run(line)).code).toBe(code);
  });

  it('keeps results on stdout and talk on stderr', async () => {
    const failed = await run('modi explain xyzzy');
    expect(failed.out).toBe('');
    expect(failed.err).toMatch(/CLI_USAGE\n$/);
    const made = await run('modi keygen --dev --out other --output json');
    expect(JSON.parse(made.out)).toMatchObject({ schema: 'modi.keygen/1' });
  });

  it('a closed pipe is no error', async () => {
    const { err } = await run('modi explain | head -1; modi completion fish | head -1');
    expect(err).toBe('');
  });

  it('paints nothing through a pipe', async () => {
    expect((await run('modi explain MODI_REPLAY')).out).not.toContain('\u001b');
  });

  it('reads binary bodies from stdin unchanged', async () => {
    writeFileSync(join(workplace.path, 'body.bin'), Buffer.from([0, 255, 13, 10, 128, 200]));
    const line = (body: string) =>
      `modi token --pattern INTEGRITY_REST_01 --aud a --body ${body} --output json < body.bin | grep -o 'SHA-256=[^"]*' | head -1`;
    expect((await run(line('-'))).out).toBe((await run(line('@body.bin'))).out);
  });

  it('the printed curl line is what modi call sends', async () => {
    if ((await run('command -v curl')).code !== 0) {
      process.stdout.write('skipped: no curl on this machine\n');
      return;
    }
    const bodies: string[] = [];
    const server = createServer((request, response) => {
      request.setEncoding('utf8');
      let text = '';
      request.on('data', (chunk: string) => (text += chunk));
      request.on('end', () => {
        bodies.push(`${request.method ?? ''} ${request.headers['digest'] as string} ${text}`);
        response.end();
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`;
    const options = `--pattern INTEGRITY_REST_01 --body "it's \\$HOME"`;
    const curl = (await run(`modi token ${options} --aud ${url} --output curl`)).out;
    await run(`${curl.trim()} --silent`);
    await run(`modi call ${url} ${options}`);
    server.close();
    expect(bodies).toHaveLength(2);
    expect(bodies[0]).toBe(bodies[1]);
    expect(bodies[0]).toMatch(/^POST SHA-256=.+ it's \$HOME$/);
  });
});

describe('modi dev', () => {
  it('names every fault of a kong.yml by line and column, and starts nothing', async () => {
    writeFileSync(
      join(workplace.path, 'bad.yml'),
      '_format_version: "3.0"\nservices:\n  - name: x\n    url: http://127.0.0.1:1\n    wrong: 1\nplugins:\n  - name: cors\n',
    );
    const ran = await run('modi dev bad.yml --listen 1');
    expect(ran).toMatchObject({ code: 1, out: '' });
    expect(ran.err).toMatch(/bad\.yml:5:5: .*wrong/);
    expect(ran.err).toMatch(/bad\.yml:7:11: .*cors.*needs Kong/);
    expect(ran.err).toMatch(/bad\.yml has 2 faults, nothing was started {2}CLI_CONFIG\n$/);
  });

  it('says when there is no kong.yml', async () => {
    const ran = await run('modi dev none.yml');
    expect(ran).toMatchObject({ code: 1, out: '' });
    expect(ran.err).toMatch(/none\.yml: no such file.*CLI_FILE\n$/);
  });

  it('serves TLS with the dev certificate, which modi call believes by --cacert', async () => {
    const [plain, tls] = [await freePort(), await freePort()];
    const gateway = new Running(['dev', '--listen', String(plain), '--tls-listen', String(tls)], workplace);
    await gateway.ready();
    await expect.poll(() => gateway.out).toContain(`ready https://127.0.0.1:${tls}\n`);
    const ran = await run(
      `modi call https://127.0.0.1:${tls}/none --pattern ID_AUTH_REST_01 --cacert .modi/ca.pem --output json`,
    );
    expect(ran.code).toBe(3);
    expect(JSON.parse(ran.out)).toMatchObject({ response: { status: 404 } });
    expect(await gateway.stop('SIGTERM')).toBe(0);
  });
});
