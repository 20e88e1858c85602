import { readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BREAKAGES } from '../../plugins/cli/request';
import { here, newWorkplace, Running, sampleArguments, shell, type Ran } from './cli-support';
import { freePort } from '../support/free-port';

const workplace = newWorkplace();
let port = 0;
let service = 0;
let platform = 0;
let sample: Running;

beforeAll(async () => {
  [port, service, platform] = [await freePort(), await freePort(), await freePort()];
  sample = start();
  await sample.says(/^npx modi call .+\n/m);
});
afterAll(async () => {
  await sample.stop('SIGTERM');
  workplace.remove();
});

const start = () => new Running(sampleArguments(port, service, platform), workplace);

const PATTERNS = '--pattern ID_AUTH_REST_02,INTEGRITY_REST_01';
const call = (path: string, options: string): Promise<Ran> =>
  shell(`modi call http://127.0.0.1:${port}${path} ${options} --output json`, workplace);
const persone = (options = ''): Promise<Ran> =>
  call('/rest/anagrafe/v1/persone', `${PATTERNS} --body '{"codice":"AB12"}' ${options}`);
/** The same call by the code of this process. */
const personeHere = (...options: string[]) => {
  const [url, body] = [`http://127.0.0.1:${port}/rest/anagrafe/v1/persone`, '{"codice":"AB12"}'];
  return here(['call', url, ...PATTERNS.split(' '), '--body', body, ...options, '--output', 'json'], workplace);
};
const result = ({ out }: Pick<Ran, 'out'>) =>
  JSON.parse(out) as {
    outcome: string;
    response: { status: number; body: string };
    problem: { code: string; act: string } | null;
    verification: { outcome: string; code: string | null } | null;
  };

describe('modi start, from nothing', () => {
  it('makes keys, is ready where it was told, and prints two calls to copy', () => {
    expect(statSync(join(workplace.path, '.modi/client-ec.key')).mode & 0o777).toBe(0o600);
    expect(sample.out).toMatch(new RegExp(`^ready http://127\\.0\\.0\\.1:${port}\\n`));
    expect(sample.err).toMatch(/dev keys made in \.modi/);
  });

  it('the printed refused call is refused with a problem that says what to mend', async () => {
    const [, url = ''] = /^curl -i (\S+)$/m.exec(sample.out) ?? [];
    const response = await fetch(url);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(await response.json()).toMatchObject({ code: 'MODI_AUTHORIZATION_MISSING', status: 401 });
  });

  it('the printed accepted call is accepted, and the service learns who called but sees no token', async () => {
    const [, line = ''] = /^npx (modi call .+)$/m.exec(sample.out) ?? [];
    const ran = await shell(`${line} --output json`, workplace);
    expect(ran.err).toBe('');
    expect(ran.code).toBe(0);
    expect(result(ran).verification).toMatchObject({ outcome: 'verified', code: null });
    expect(JSON.parse(result(ran).response.body)).toMatchObject({
      service: 'sample',
      method: 'POST',
      path: '/rest/anagrafe/v1/persone',
      caller: { 'x-modi-client': 'CF:IT-00000000001' },
      tokens_seen: [],
      body: { codice: 'AB12' },
    });
  });

  it('each of the three routes takes its own pattern', async () => {
    expect((await call('/rest/avvisi/v1', '--pattern ID_AUTH_REST_01')).code).toBe(0);
    expect((await call('/rest/pratiche/v1', '--pattern ID_AUTH_REST_02 --client rsa')).code).toBe(0);
    expect(result(await call('/rest/pratiche/v1', '--pattern ID_AUTH_REST_01')).problem?.code).toBe('MODI_JTI_MISSING');
    expect(result(await call('/elsewhere', '--pattern ID_AUTH_REST_01')).response.status).toBe(404);
  });

  it.each(Object.entries(BREAKAGES))('--break %s is refused with the code it promises', async (name, breakage) => {
    const ran = await personeHere('--break', name);
    expect(result(ran).problem).toMatchObject({ code: breakage.expect, act: 'caller' });
    expect(ran.code).toBe(3);
  });

  it.each([
    ['expired', 'MODI_CERTIFICATE_EXPIRED'],
    ['untrusted', 'MODI_CERTIFICATE_UNTRUSTED'],
  ])('client %s is refused with %s', async (client, code) => {
    expect(result(await personeHere('--client', client)).problem?.code).toBe(code);
  });

  it('by chain is as good as by certificate; a thumbprint nobody registered is not', async () => {
    expect((await personeHere('--reference', 'x5c_chain')).code).toBe(0);
    expect(result(await personeHere('--reference', 'x5t#S256')).problem?.code).toBe('MODI_CERTIFICATE_UNKNOWN');
  });

  it('the access log has every decision and no token, of callers or of ours', async () => {
    await persone();
    const read = () => readFileSync(join(workplace.path, '.modi/access.log'), 'utf8').trim().split('\n');
    await expect.poll(() => read().some((line) => line.includes('MODI_DIGEST_MISMATCH'))).toBe(true);
    const records = read().map((line) => JSON.parse(line) as { modi?: { outcome: string } });
    expect(records.some(({ modi }) => modi?.outcome === 'accepted')).toBe(true);
    expect(read().some((text) => /eyJ[\w-]+\.eyJ/.test(text))).toBe(false);
  });

  it('whoever watches sees one line per request', async () => {
    await expect.poll(() => sample.err).toMatch(/Z 200 POST \/rest\/anagrafe\/v1\/persone CF:IT-00000000001/);
    await expect.poll(() => sample.err).toMatch(/Z 400 POST \/rest\/anagrafe\/v1\/persone MODI_DIGEST_MISMATCH/);
  });

  it('a port that is taken is said in one line, and nothing stays behind', async () => {
    const other = await freePort();
    const gateway = await shell(
      `modi start --listen ${port} --service-listen ${other} --platform-listen ${await freePort()}`,
      workplace,
    );
    expect(gateway).toMatchObject({ code: 1, out: '' });
    expect(gateway.err).toMatch(new RegExp(`modi: 127\\.0\\.0\\.1:${port} is taken .*--listen {2}CLI_PORT_TAKEN\\n$`));
    const behind = await shell(
      `modi start --listen ${other} --service-listen ${service} --platform-listen ${await freePort()}`,
      workplace,
    );
    expect(behind.err).toMatch(new RegExp(`${service} is taken .*--service-listen {2}CLI_PORT_TAKEN\\n$`));
    await new Promise<void>((resolve, reject) => {
      const probe = createServer().once('error', reject);
      probe.listen(other, '127.0.0.1', () =>
        probe.close(() => {
          resolve();
        }),
      );
    });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s ends it cleanly with 0; the next start keeps the keys',
    async (signal) => {
      const key = readFileSync(join(workplace.path, '.modi/client-ec.key'), 'utf8');
      expect(await sample.stop(signal)).toBe(0);
      sample = start();
      await sample.ready();
      expect(sample.err).not.toMatch(/dev keys made/);
      expect(readFileSync(join(workplace.path, '.modi/client-ec.key'), 'utf8')).toBe(key);
      expect((await persone()).code).toBe(0);
    },
  );

  it('keys from before there was a provider are completed, and stay what they were', async () => {
    const key = readFileSync(join(workplace.path, '.modi/client-ec.key'), 'utf8');
    await sample.stop('SIGTERM');
    for (const name of ['provider.key', 'provider.pem']) rmSync(join(workplace.path, '.modi', name));
    sample = start();
    await sample.ready();
    expect(sample.err).toMatch(/had no provider: made one/);
    expect(statSync(join(workplace.path, '.modi/provider.key')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(workplace.path, '.modi/client-ec.key'), 'utf8')).toBe(key);
    const ran = await persone('--expect-request-digest');
    expect(result(ran).verification).toMatchObject({ outcome: 'verified' });
    expect(ran.code).toBe(0);
  });
});
