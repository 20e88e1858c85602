import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readChain, verifyFolder } from '../../plugins/core/audit';
import { chainSigner, Clock, openChain, someRecord } from '../support/audit/chain';

/** `npm run soak:audit` writes a million; the suite some. */
const RECORDS = Number(process.env['SOAK_AUDIT_RECORDS'] ?? 20_000);
const AT_ONCE = 500;

it(
  `no false alarm over ${RECORDS} honest records, with restarts, new keys and a clock that jumps`,
  { timeout: 60_000 + RECORDS / 10 },
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'modi-honest-'));
    onTestFinished(() => {
      rmSync(directory, { recursive: true, force: true });
    });
    const keys = await Promise.all([chainSigner(), chainSigner(), chainSigner('RSA-2048')]);
    const clock = new Clock();
    let written = 0;
    let run = 0;
    const options = { directory, now: clock.now, every: AT_ONCE, segmentBytes: 1024 * 1024 };
    while (written < RECORDS) {
      const signer = keys[run % keys.length] ?? keys[0];
      const writer = await openChain({ ...options, signer: () => signer });
      // Runs of many lengths, so that ends fall everywhere between checkpoints.
      const until = Math.min(RECORDS, written + 700 + ((run * 7919) % 9000));
      while (written < until) {
        const size = Math.min(writer.room, until - written, 1 + ((written * 31) % AT_ONCE));
        await writer.append(
          Array.from({ length: size }, (_, index) => someRecord(written + index)),
          {},
        );
        written += size;
        clock.ms += written % 997 === 0 ? -5_000 : 3;
      }
      await (run % 2 === 0 ? writer.close({}) : writer.abandon());
      run += 1;
    }
    const verdict = await verifyFolder(directory);
    expect(verdict.findings).toEqual([]);
    expect(verdict.complete).toBe(true);
    let read = 0;
    for await (const { kind } of readChain(directory)) read += kind === 'access' ? 1 : 0;
    expect(read).toBe(RECORDS);
    const bytes = readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
    process.stderr.write(`honest records ${RECORDS}, runs ${run}, lines ${verdict.records}, bytes ${bytes}\n`);
  },
);
