import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { expect, it, onTestFinished } from 'vitest';
import { accessRecord, verifyFolder } from '../../plugins/core/audit';
import { chainSigner, openChain } from '../support/audit/chain';
import { CollectorHome } from '../support/audit/collector-child';
import { kongLine } from '../support/audit/kong-lines';
import { table } from '../support/table';

const RECORDS = Number(process.env['BENCH_RECORDS'] ?? 200_000);
const COLLECTED = Number(process.env['BENCH_COLLECTED'] ?? 50_000);
const EVERY = 1000;

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
};

const temporary = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'modi-audit-bench-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
};

it(
  'the audit chain: records written, verified and collected per second, bytes per record',
  { timeout: 600_000 },
  async () => {
    const directory = temporary();
    const signer = await chainSigner();
    const members = { record: accessRecord(JSON.parse(kongLine('r')) as Record<string, unknown>) };
    const batch = Array.from({ length: EVERY }, () => ({ kind: 'access', members }));
    const writer = await openChain({ directory, every: EVERY, signer: () => signer });
    const written = await seconds(async () => {
      for (let count = 0; count < RECORDS; count += EVERY) await writer.append(batch.slice(0, writer.room), {});
    });
    await writer.close({});
    const bytes = readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
    const verified = await seconds(async () => {
      expect((await verifyFolder(directory)).findings).toEqual([]);
    });
    const collected = await collect();
    const rate = (count: number, time: number): string => Math.round(count / time).toString();
    process.stdout.write(
      `\naudit chain: access records as of a signed call, checkpoint every ${EVERY}, each batch synced to disk\n${table(
        [
          ['', 'records/s'],
          ['written', rate(RECORDS, written)],
          ['verified', rate(RECORDS, verified)],
          ['collected from a spool', rate(COLLECTED, collected)],
          ['bytes per record', (bytes / RECORDS).toFixed(0)],
        ],
      )}\n`,
    );
  },
);

/** Seconds that a real collector takes for a spool that waits for it, its start included. */
async function collect(): Promise<number> {
  const home = await CollectorHome.make(temporary(), [`checkpoint_records: ${EVERY}`]);
  const lines = Array.from({ length: COLLECTED }, (_, index) => kongLine(`r${index}`));
  appendFileSync(home.log, lines.join(''));
  return seconds(async () => {
    expect(await home.start({ once: true }).ended).toBe(0);
  });
}
