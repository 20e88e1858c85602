import Ajv2020 from 'ajv/dist/2020';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCESS_RECORD_SCHEMA } from '../../plugins/core/audit';
import { newWorkplace, Running, shell, type Ran } from './cli-support';
import { freePort } from '../support/free-port';

const workplace = newWorkplace();
const audit = (rest: string): Promise<Ran> => shell(`modi audit ${rest}`, workplace);
const ids: string[] = [];
let sample: Running;
let base = '';
let port = 0;

beforeAll(async () => {
  port = await freePort();
  base = `http://127.0.0.1:${port}`;
  sample = new Running(['start', '--listen', String(port), '--service-listen', String(await freePort())], workplace);
  await sample.says(/^npx modi call .+\n/m);
});
afterAll(async () => {
  await sample.stop('SIGTERM');
  workplace.remove();
});

async function refusedCall(): Promise<string> {
  const answer = await fetch(`${base}/rest/anagrafe/v1/persone?codice=RSSMRA80A01H501U`);
  const { instance } = (await answer.json()) as { instance: string };
  return instance.replace('urn:kong:request:', '');
}

/** The collector among the children of a process. */
function collectorOf(parent: number): number {
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ');
  const found = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes('collect'));
  if (found === undefined) throw new Error('the sample has no collector');
  return Number(found);
}

const recordOf = async (id: string): Promise<Record<string, unknown>> => {
  await expect.poll(async () => (await audit(`show ${id}`)).code, { timeout: 15_000, interval: 300 }).toBe(0);
  const { records } = JSON.parse((await audit(`show ${id} --output json`)).out) as { records: { record: object }[] };
  expect(records).toHaveLength(1);
  return records[0]!.record as Record<string, unknown>;
};

describe('npm start keeps the chain of the sample', () => {
  it('with a record of the form of the schema for every request, accepted or refused', async () => {
    const call = `modi call ${base}/rest/anagrafe/v1/persone --pattern ID_AUTH_REST_02,INTEGRITY_REST_01 --body '{}' --output json`;
    const accepted = JSON.parse((await shell(call, workplace)).out) as { response: { headers: [string, string][] } };
    const own = /x-kong-request-id","([0-9a-f]+)"/i.exec(JSON.stringify(accepted.response.headers))?.[1] ?? '';
    ids.push(own, await refusedCall());
    const isRecord = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(ACCESS_RECORD_SCHEMA);
    const results: unknown[] = [];
    for (const id of ids) {
      const record = await recordOf(id);
      expect(isRecord(record), JSON.stringify(isRecord.errors)).toBe(true);
      expect(JSON.stringify(record)).not.toMatch(/RSSMRA80A01H501U|eyJ/);
      results.push((record['outcome'] as { result: string }).result);
    }
    expect(results).toEqual(['accepted', 'refused']);
  });

  it('with the evidence of what was accepted, and a word on why there is none of what was refused', async () => {
    const [accepted = '', refused = ''] = ids;
    expect((await recordOf(accepted))['evidence']).toEqual({ state: 'complete' });
    expect((await recordOf(refused))['evidence']).toEqual({ state: 'none' });
    const shown = (await audit(`show ${accepted}`)).out;
    expect(shown).toMatch(/"part": "request",\n +"sha256": "[0-9a-f]{64}",\n +"file": "evidence-/);
    expect(shown).toMatch(/"part": "answer"/);
    const ran = await audit('verify .modi/audit --evidence .modi/evidence');
    expect(ran.code, ran.out).toBe(0);
    expect(ran.out).toMatch(/^evidence [1-9]\d* lines are what they were$/m);
  });

  it('which verifies, also by the authority of the sample’s provider', async () => {
    expect(await audit('verify .modi/audit')).toMatchObject({ code: 0 });
    const trusted = await audit('verify --anchors .modi/ca.pem');
    expect(trusted.code, trusted.out).toBe(0);
    expect(trusted.out).toMatch(/trusted/);
  });

  it('goes on after a kill of the collector, and holds every request once', async () => {
    const before = await refusedCall();
    await recordOf(before);
    process.kill(collectorOf(sample.pid), 'SIGKILL');
    const during = await refusedCall();
    await recordOf(during);
    await recordOf(before);
    expect((await audit('verify')).code).toBe(0);
  });

  it.each([
    ['chain', '.modi/audit', 'verify .modi/audit'],
    ['evidence', '.modi/evidence', 'verify .modi/audit --evidence .modi/evidence'],
  ])('and a changed byte in any file of the %s is exit 5 and a name', async (_, folder, verify) => {
    await sample.stop('SIGTERM');
    expect((await audit(verify)).code).toBe(0);
    const names = readdirSync(join(workplace.path, folder));
    expect(names).not.toEqual([]);
    for (const name of names) {
      const path = join(workplace.path, folder, name);
      const whole = readFileSync(path);
      for (const place of [3, Math.floor(whole.length / 2), whole.length - 1]) {
        const spoilt = Buffer.from(whole);
        spoilt[place] = (spoilt[place] ?? 0) ^ 4;
        writeFileSync(path, spoilt);
        const ran = await audit(verify);
        expect(ran.code, `${name} ${place}`).toBe(5);
        expect(ran.out).toMatch(/first bad record \d+ \S+ {2}AUDIT_/);
      }
      writeFileSync(path, whole);
    }
    expect((await audit(verify)).code).toBe(0);
  });
});
