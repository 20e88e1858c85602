import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PDND_BREAKAGES } from '../../plugins/cli/pdnd';
import { newWorkplace, Running, sampleArguments, shell, type Ran } from './cli-support';
import { freePort } from '../support/free-port';

const workplace = newWorkplace();
let port = 0;
let platform = 0;
let sample: Running;

beforeAll(async () => {
  [port, platform] = [await freePort(), await freePort()];
  sample = new Running(sampleArguments(port, await freePort(), platform), workplace);
  // The printed calls come after the line that says it is ready.
  await sample.says(/^npx modi call .+ --pdnd .+\n/m);
});
afterAll(async () => {
  await sample.stop('SIGTERM');
  workplace.remove();
});

const call = (options: string): Promise<Ran> =>
  shell(
    `modi call http://127.0.0.1:${port}/rest/pdnd/v1/persone --pdnd --platform http://127.0.0.1:${platform} ${options} --output json`,
    workplace,
  );
const whole = (more = ''): Promise<Ran> =>
  call(`--pattern AUDIT_REST_02,INTEGRITY_REST_02 --dpop --body '{"codice":"AB12"}' ${more}`);

interface Result {
  readonly response: { readonly status: number; readonly body: string };
  readonly problem: { readonly code: string } | null;
  readonly verification: { readonly outcome: string } | null;
}
const result = ({ out }: Ran) => JSON.parse(out) as Result;

describe('modi call --pdnd, on the sample', () => {
  it('the printed call is accepted, its answer is signed and verified', async () => {
    const [, line = ''] = /^npx (modi call .+ --pdnd .+)$/m.exec(sample.out) ?? [];
    const ran = await shell(`${line} --output json`, workplace);
    expect([ran.err, ran.code]).toEqual(['', 0]);
    expect(result(ran)).toMatchObject({ response: { status: 200 }, verification: { outcome: 'verified' } });
    expect(JSON.parse(result(ran).response.body)).toMatchObject({
      tokens_seen: [],
      caller: {
        'x-modi-patterns': 'ID_AUTH_REST_01,AUDIT_REST_02,INTEGRITY_REST_02',
        'x-modi-audit-userid': 'op-4711',
      },
    });
  });

  it('takes the tracked data from --claim, and a bearer voucher too', async () => {
    const ran = await call(
      `--pattern AUDIT_REST_02,INTEGRITY_REST_02 --body '{}' --claim userID=rossi --claim userLocation=sportello-3`,
    );
    const { caller } = JSON.parse(result(ran).response.body) as { caller: Record<string, string> };
    expect(caller).toMatchObject({ 'x-modi-audit-userid': 'rossi', 'x-modi-audit-userlocation': 'sportello-3' });
    expect(caller).not.toHaveProperty('x-modi-dpop');
  });

  it('is refused without the tokens that the route asks for', async () => {
    expect(result(await call('')).problem?.code).toBe('MODI_AUDIT_MISSING');
    expect(result(await call(`--pattern AUDIT_REST_02 --body '{}'`)).problem?.code).toBe(
      'MODI_SIGNATURE_HEADER_MISSING',
    );
    expect(result(await call(`--pattern AUDIT_REST_01,INTEGRITY_REST_02 --body '{}'`)).problem?.code).toBe(
      'MODI_CLAIM_MISSING',
    );
  });

  it.each(Object.entries(PDND_BREAKAGES))(
    '--break %s is refused with the code it promises',
    async (name, { expect: code }) => {
      const ran = await whole(`--break ${name}`);
      expect([name, result(ran).problem?.code, ran.code]).toEqual([name, code, 3]);
    },
  );

  it('says so when the platform gives no voucher, or is not there', async () => {
    const refused = await whole('--purpose 99999999-0000-4000-8000-000000000009');
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('CLI_VOUCHER')]);
    const nobody = await whole(`--platform http://127.0.0.1:${await freePort()}`);
    expect([nobody.code, nobody.err]).toEqual([1, expect.stringContaining('CLI_NETWORK')]);
  });

  it('refuses what does not fit together', async () => {
    for (const options of [
      '--break no-proof',
      '--break no-audit',
      '--break digest',
      '--break expired',
      '--pattern X',
    ]) {
      expect([options, (await call(options)).code]).toEqual([options, 2]);
    }
  });
});

describe('modi token --pdnd', () => {
  it('prints the headers, and the tokens in JSON', async () => {
    const line = `modi token --pdnd --platform http://127.0.0.1:${platform} --pattern AUDIT_REST_02,INTEGRITY_REST_02 --dpop --aud http://127.0.0.1:${port}/rest/pdnd/v1 --body '{}'`;
    const { out } = await shell(line, workplace);
    const names = out
      .trim()
      .split('\n')
      .map((text) => text.split(':')[0]);
    expect(names).toEqual([
      'Content-Type',
      'Digest',
      'Authorization',
      'DPoP',
      'Agid-JWT-TrackingEvidence',
      'Agid-JWT-Signature',
    ]);
    const { tokens } = JSON.parse((await shell(`${line} --output json`, workplace)).out) as {
      tokens: { header: string; jose: { typ: string } }[];
    };
    expect(tokens.map(({ header, jose }) => `${header} ${jose.typ}`)).toEqual([
      'DPoP dpop+jwt',
      'Agid-JWT-TrackingEvidence JWT',
      'Agid-JWT-Signature JWT',
    ]);
  });
});
