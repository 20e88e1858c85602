import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { afterAll, describe, expect, it } from 'vitest';
import { SAMPLE_PLATFORM } from '../../plugins/dev/platform';
import { CAST, sampleData } from '../support/platform';
import { newWorkplace, Running, shell } from './cli-support';
import { freePort } from '../support/free-port';

const workplace = newWorkplace();
afterAll(() => {
  workplace.remove();
});
const KONG = '_format_version: "3.0"\nservices: []\n';

async function started(...more: string[]): Promise<{ running: Running; url: string }> {
  writeFileSync(join(workplace.path, 'empty.yml'), KONG);
  const [port, platform] = [String(await freePort()), String(await freePort())];
  const argv = ['dev', 'empty.yml', '--listen', port, '--pdnd', ...more, '--pdnd-listen', platform];
  const running = new Running(argv, workplace);
  await running.ready();
  const [, url = ''] = /^pdnd {2}(\S+)$/m.exec(running.out) ?? [];
  return { running, url };
}

interface Overview {
  readonly clients: readonly { readonly id: string; readonly keys: readonly string[] }[];
}

describe('modi dev --pdnd', () => {
  it('runs the sample with dev keys that it makes, and tells why a voucher is refused', async () => {
    const { running, url } = await started();
    expect(existsSync(join(workplace.path, '.modi/pdnd-client.key'))).toBe(true);
    const shown = (await (await fetch(`${url}/mock`)).json()) as Overview;
    expect(shown.clients.map(({ id }) => id)).toEqual([SAMPLE_PLATFORM.client, SAMPLE_PLATFORM.apiClient]);
    const refused = await fetch(`${url}/token.oauth2`, { method: 'POST', body: new URLSearchParams() });
    expect(refused.status).toBe(400);
    await expect.poll(() => running.err).toContain('form: grant_type is not client_credentials');
    expect(await running.stop('SIGTERM')).toBe(0);
    const key = readFileSync(join(workplace.path, '.modi/pdnd-client.key'));
    const again = await started();
    expect(await again.running.stop('SIGTERM')).toBe(0);
    expect(readFileSync(join(workplace.path, '.modi/pdnd-client.key'))).toEqual(key);
  });

  it('runs the data of a file, with keys beside it', async () => {
    const [client, ...others] = sampleData().clients;
    writeFileSync(join(workplace.path, 'client.pem'), CAST.client.pem);
    const data = { ...sampleData(), clients: [{ ...client!, keys: ['client.pem'] }, ...others] };
    writeFileSync(join(workplace.path, 'platform.yml'), stringify(data));
    const { running, url } = await started('platform.yml');
    const shown = (await (await fetch(`${url}/mock`)).json()) as Overview;
    expect(shown.clients[0]?.keys).toEqual([CAST.client.kid]);
    expect(await running.stop('SIGTERM')).toBe(0);
  });

  it('names what is wrong with the data, and starts nothing', async () => {
    writeFileSync(join(workplace.path, 'bad.yml'), 'clients: []\n');
    const ran = await shell('modi dev empty.yml --listen 1 --pdnd bad.yml --pdnd-listen 1', workplace);
    expect(ran).toMatchObject({ code: 1, out: '' });
    expect(ran.err).toMatch(/bad\.yml: the file lacks organizations {2}CLI_CONFIG\n$/);
  });
});
