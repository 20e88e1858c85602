import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessRecord } from '../../../plugins/core/audit';
import { daysIn } from '../../../plugins/cli/audit';
import { Tracing } from '../../../plugins/cli/audit-report';
import { chainSigner, openChain } from '../../support/audit/chain';
import { kongLine } from '../../support/audit/kong-lines';
import { modi, type Ran } from './support';

const home = mkdtempSync(join(tmpdir(), 'modi-tracing-'));
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

interface Exchange {
  readonly at: string;
  readonly purpose?: string | undefined;
  readonly token?: string;
  readonly status?: number;
  readonly refused?: boolean;
  readonly voucher?: boolean;
}

/** The access record of an exchange, made by the collector's own code from a line as Kong writes it. */
function recordOf({ at, purpose, token = 'v-1', status = 200, refused = false, voucher = true }: Exchange) {
  const told = refused
    ? { outcome: 'refused', tokens: { VOUCHER: voucher ? { jti: token, sha256: 'x' } : { sha256: 'x' } } }
    : { outcome: 'accepted', authorization: { jti: token }, ...(voucher ? { pdnd: { consumer_id: 'c' } } : {}) };
  const change = { started_at: Date.parse(at), response: { status, size: 1 }, modi: { ...told, purpose } };
  return accessRecord(JSON.parse(kongLine('r', change)) as Record<string, unknown>);
}

const entryOf = (exchange: Exchange) => ({
  ...{ node: 'kong-1', chain: 'c', kind: 'access', seq: 1, prev: '', hash: '', at: exchange.at, file: '', offset: 0 },
  members: { record: recordOf(exchange) },
});

const EXCHANGES: readonly Exchange[] = [
  // Rome is an hour ahead of UTC in November: this is 00:30 of the 21st there, and the next is still the 20th.
  { at: '2026-11-20T23:30:00Z', purpose: 'p-1' },
  { at: '2026-11-20T22:59:59.999Z', purpose: 'p-1', token: 'before' },
  { at: '2026-11-21T08:00:00Z', purpose: 'p-1' },
  { at: '2026-11-21T08:00:01Z', purpose: 'p-1', token: 'v-2' },
  { at: '2026-11-21T08:00:02Z', purpose: 'p-1', status: 500 },
  { at: '2026-11-21T08:00:03Z', purpose: 'p-0', status: 400, refused: true },
  { at: '2026-11-21T08:00:04Z', purpose: 'p-0', status: 401, refused: true, voucher: false },
  { at: '2026-11-21T08:00:05Z', purpose: 'p-1', token: 'no-voucher', voucher: false },
  { at: '2026-11-21T08:00:06Z' },
  { at: '2026-11-21T23:00:00Z', purpose: 'p-1', token: 'after' },
];

beforeAll(async () => {
  const signer = await chainSigner();
  let clock = '2026-11-20T20:00:00Z';
  const now = (): number => Date.parse(clock);
  const writer = await openChain({ directory: join(home, 'audit'), signer: () => signer, now });
  for (const exchange of EXCHANGES) {
    clock = exchange.at;
    await writer.append([{ kind: 'access', members: { record: recordOf(exchange) } }], {});
  }
  clock = '2026-11-22T00:00:00Z';
  await writer.append([{ kind: 'gap', members: { bytes: 7 } }], {});
  await writer.close({});
});

const run = (...argv: readonly string[]): Promise<Ran> => modi(['audit', 'pdnd-tracing', ...argv], { cwd: home });

describe('modi audit pdnd-tracing', () => {
  it('counts by purpose, status and voucher what arrived on that day in Italy, and says what may be missing', async () => {
    const ran = await run('audit', '--date', '2026-11-21');
    expect(ran.code, ran.err).toBe(0);
    expect(ran.out.split('\n')).toEqual([
      'date,purpose_id,status,token_id,requests_count',
      '2026-11-21,p-0,400,v-1,1',
      '2026-11-21,p-1,200,v-1,2',
      '2026-11-21,p-1,200,v-2,1',
      '2026-11-21,p-1,500,v-1,1',
      '',
    ]);
    expect(ran.err).toMatch(/1 pieces of Kong's log were lost/);
    expect(ran.err).toMatch(/1 requests with a voucher are left out/);
    expect(ran.err).not.toMatch(/ends at|begins after/);
  });

  it('takes the day of another time zone when it is told one', async () => {
    const { out } = await run('audit', '--date', '2026-11-20', '--time-zone', 'UTC');
    expect(out).toMatch(/\n2026-11-20,p-1,200,before,1\n2026-11-20,p-1,200,v-1,1\n$/);
  });

  it('has only the header for a day without traffic, and says that the chain does not reach it', async () => {
    const before = await run('audit', '--date', '2026-11-01', '--lang', 'it');
    expect(before.out).toBe('date,purpose_id,status,token_id,requests_count\n');
    expect(before.err).toMatch(/comincia dopo quel giorno/);
    expect((await run('audit', '--date', '2026-11-22')).err).toMatch(/ends at 2026-11-22T00:00:00.000Z/);
  });

  it.each([
    [['--date', '2026-11-23'], /is not over/],
    [['--date', '2026-02-30'], /must be a day/],
    [['--date', '21/11/2026'], /must be a day/],
    [[], /must be a day/],
    [['--date', '2026-11-21', '--time-zone', 'Europe/Roma'], /no zone/],
  ])('refuses %j', async (argv, why) => {
    const ran = await run('audit', ...argv);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toMatch(why);
    expect(ran.err).toMatch(/CLI_USAGE\n$/);
  });

  it('prints nothing of a chain that was changed, and exits 5', async () => {
    const name = readdirSync(join(home, 'audit')).find((file) => file.endsWith('.jsonl')) ?? '';
    const file = join(home, 'audit', name);
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, before.replace('"status":500', '"status":200'));
    try {
      expect(await run('audit', '--date', '2026-11-21')).toMatchObject({ code: 5, out: '' });
    } finally {
      writeFileSync(file, before);
    }
  });
});

describe('Tracing', () => {
  it('has each purpose, status and voucher once, and counts every request, whatever the order', () => {
    const exchange = fc.record({
      at: fc.constantFrom('2026-11-21T08:00:00Z', '2026-11-22T08:00:00Z'),
      purpose: fc.constantFrom('p', 'q', 'with,comma', 'with"quote'),
      token: fc.constantFrom('v', 'w'),
      status: fc.constantFrom(200, 400, 500),
      refused: fc.boolean(),
    });
    const trace = (exchanges: readonly Exchange[]) => {
      const tracing = new Tracing('2026-11-21', daysIn('UTC'));
      for (const one of exchanges) tracing.add(entryOf(one));
      return tracing;
    };
    fc.assert(
      fc.property(fc.array(exchange, { maxLength: 60 }), (exchanges) => {
        const tracing = trace(exchanges);
        const rows = tracing.sorted();
        const keys = rows.map(({ purpose, status, token }) => JSON.stringify([purpose, status, token]));
        expect(new Set(keys).size).toBe(keys.length);
        expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(
          exchanges.filter(({ at }) => at.startsWith('2026-11-21')).length,
        );
        expect(trace(exchanges.toReversed()).csv()).toBe(tracing.csv());
      }),
    );
  });

  it('quotes what would break a line', () => {
    const tracing = new Tracing('2026-11-21', daysIn('UTC'));
    tracing.add(entryOf({ at: '2026-11-21T08:00:00Z', purpose: 'a",b' }));
    expect(tracing.csv()).toMatch(/\n2026-11-21,"a"",b",200,v-1,1\n$/);
  });

  it('leaves out, and counts, what the collector has redacted', () => {
    const tracing = new Tracing('2026-11-21', daysIn('UTC'));
    tracing.add(entryOf({ at: '2026-11-21T08:00:00Z', purpose: 'REDACTED' }));
    expect([tracing.incomplete, tracing.sorted()]).toEqual([1, []]);
  });
});
