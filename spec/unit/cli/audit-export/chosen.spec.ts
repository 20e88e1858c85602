import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { chainSigner, openChain } from '../../../support/audit/chain';
import type { ExchangesHome } from '../../../support/audit/exchanges';
import { Exporting, SLOW } from '../../../support/audit/exporting';
import { verifyBundle } from '../../../support/audit/third-party';

const exporting = new Exporting();
const { at, run, from } = exporting;

/** Who called when. Rome is an hour ahead of UTC in November. */
const EXCHANGES = [
  ['before', '2026-11-19T22:59:59.999Z', { client: 'CF:IT-1' }],
  ['first', '2026-11-19T23:00:00Z', { client: 'CF:IT-1' }],
  ['other', '2026-11-20T09:00:00Z', { client: 'CF:IT-2' }],
  ['platform', '2026-11-21T09:00:00Z', { client: undefined, authorization: { client_id: 'client-of-the-platform' } }],
  ['nobody', '2026-11-21T10:00:00Z', undefined],
  ['last', '2026-11-21T22:59:59Z', { client: 'CF:IT-1' }],
  ['after', '2026-11-21T23:00:00Z', { client: 'CF:IT-1' }],
] as const;

let bundles = 0;
/** The exchanges of a bundle of the chain `name`, in the order in which they stand in it. */
async function chosen(name: string, ...argv: readonly string[]): Promise<readonly string[]> {
  const ran = await run('--chains', `${name}/audit`, '--out', `bundle-${(bundles += 1)}`, '--output', 'json', ...argv);
  expect(ran.code, ran.err).toBe(0);
  return (JSON.parse(ran.out) as { exchanges: string[] }).exchanges;
}

/** Records without evidence, as Kong would have logged the requests. */
async function recorded(there: ExchangesHome, exchanges: readonly (typeof EXCHANGES)[number][]) {
  for (const [id, arrived, modi] of exchanges) {
    const told = modi === undefined ? undefined : { outcome: 'accepted', ...modi };
    const change = { started_at: Date.parse(arrived), consumer: undefined, modi: told };
    await there.record(id, [], change);
  }
}

beforeAll(async () => {
  const there = await exporting.open('some');
  await recorded(there, EXCHANGES);
  const alone = [{ part: 'request', sha256: '0'.repeat(64), file: 'evidence-n-1-1-1.jsonl', offset: 0 }];
  await there.writer.append([{ kind: 'orphan', members: { id: 'orphan', evidence: alone } }], {});
  await there.writer.append([{ kind: 'evidence', members: { id: 'first', evidence: alone } }], {});
  await there.writer.close({});
});

describe('modi audit export of a period and a caller', { timeout: SLOW }, () => {
  it('takes the requests that arrived on these days, both included, as the time zone has them', async () => {
    const days = ['--from', '2026-11-20', '--to', '2026-11-21'];
    expect(await chosen('some', ...days)).toEqual(['first', 'other', 'platform', 'nobody', 'last']);
    expect(await chosen('some', ...days, '--time-zone', 'UTC')).toEqual([
      'other',
      'platform',
      'nobody',
      'last',
      'after',
    ]);
    expect(await chosen('some', '--to', '2026-11-19')).toEqual(['before']);
  });

  it('takes the requests of one caller, by any name that its records have', async () => {
    expect(await chosen('some', '--caller', 'CF:IT-1')).toEqual(['before', 'first', 'last', 'after']);
    expect(await chosen('some', '--caller', 'client-of-the-platform')).toEqual(['platform']);
    expect(await chosen('some', '--caller', 'CF:IT-1', '--from', '2026-11-22')).toEqual(['after']);
  });

  it('takes evidence without a record of the request by its day, as nobody knows its caller', async () => {
    expect(await chosen('some', '--from', '2026-11-22')).toEqual(['after', 'orphan']);
  });

  it('makes a bundle that verifies, with all records of each exchange', async () => {
    const cast = await exporting.people();
    const there = await exporting.open('whole');
    for (const id of ['a1', 'b2', 'c3']) await there.exchange(id, cast, cast.ec);
    await there.writer.close({});
    const ran = await run(...from('whole'), '--caller', 'CF:IT-00000000001', '--out', 'whole/x');
    expect(ran.out).toMatch(/^whole\/x: exchanges 3, files \d+, records of other requests 0\n/);
    const verdict = verifyBundle(at('whole/x'), '--only', 'signature_of exchange-3/');
    expect(verdict.code, verdict.out).toBe(0);
    expect(verdict.out).toMatch(/exchange-3\/request\/INTEGRITY: the signature holds/);
  });

  it('leaves out what is not sealed yet, and says how many; when nothing is sealed it fails', async () => {
    const [signer, there] = await Promise.all([chainSigner(), exporting.open('going-on')]);
    await recorded(there, EXCHANGES.slice(0, 2));
    await there.writer.abandon();
    const none = await run('--chains', 'going-on/audit', '--caller', 'CF:IT-1', '--out', 'none');
    expect(none).toMatchObject({ code: 1, err: expect.stringMatching(/CLI_AUDIT_UNSEALED\n$/) as string });

    const restarted = await openChain({ directory: there.chains, signer: () => signer });
    await restarted.append([{ kind: 'access', members: { record: RECORD_OF_TODAY } }], {});
    await restarted.abandon();
    const argv = ['--chains', 'going-on/audit', '--out'];
    const some = await run(...argv, 'sealed', '--caller', 'CF:IT-1', '--output', 'json');
    expect(JSON.parse(some.out)).toMatchObject({ exchanges: ['before', 'first'], unsealed: 1 });
    expect(some).toMatchObject({ code: 0, err: expect.stringMatching(/1 exchanges are left out/) as string });
    // By its id it must be there.
    expect((await run('today', ...argv, 'by-id')).err).toMatch(/CLI_AUDIT_UNSEALED\n$/);
  });

  it('refuses a command line that says neither, both or nonsense, what is not there, and too many', async () => {
    const many = Array.from({ length: 1_001 }, (_, index) => ({
      kind: 'access',
      members: { record: { ...RECORD_OF_TODAY, id: `r${index}` } },
    }));
    const there = await exporting.open('many');
    for (let index = 0; index < many.length; index += 10) await there.writer.append(many.slice(index, index + 10), {});
    await there.writer.close({});
    const cases = [
      [['--chains', 'some/audit'], 2, /say which exchanges/],
      [['first', '--caller', 'CF:IT-1', '--chains', 'some/audit'], 2, /not both/],
      [['--from', '2026-11-21', '--to', '2026-11-20', '--chains', 'some/audit'], 2, /turn them round/],
      [['--from', 'yesterday', '--chains', 'some/audit'], 2, /--from must be a day/],
      [['--caller', 'CF:IT-1', '--time-zone', 'Rome', '--chains', 'some/audit'], 2, /there is no zone/],
      [['--caller', 'CF:IT-3', '--chains', 'some/audit'], 1, /no exchange of that period and caller.*CLI_NO_RECORD\n$/],
      [['--from', '2027-01-01', '--chains', 'some/audit'], 1, /CLI_NO_RECORD\n$/],
      [['--caller', 'CF:IT-1', '--chains', 'many/audit'], 1, /more than 1000.*CLI_AUDIT_TOO_MANY\n$/],
    ] as const;
    for (const [argv, code, message] of cases) {
      const refused = await run(...argv, '--out', 'x');
      expect([refused.code, refused.err], argv.join(' ')).toEqual([code, expect.stringMatching(message)]);
    }
    expect(existsSync(at('x'))).toBe(false);
    const italian = await run('--caller', 'CF:IT-3', '--chains', 'some/audit', '--out', 'x', '--lang', 'it');
    expect(italian.err).toMatch(/nessuno scambio di quel periodo e chiamante/);
  });
});

const RECORD_OF_TODAY = {
  ...{ v: 1, id: 'today', outcome: { result: 'accepted', by: 'service' }, http: {}, client: { id: 'CF:IT-1' } },
  time: { accepted: '2026-11-23T10:00:00.000Z' },
};
