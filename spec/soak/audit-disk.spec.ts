import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readChain, verifyFolder } from '../../plugins/core/audit';
import { CollectorHome } from '../support/audit/collector-child';

it('a disk that is full is waited for: nothing lost, nothing doubled, the chain whole at every moment', async ({
  skip,
}) => {
  if (spawnSync('prlimit', ['--version']).error !== undefined) {
    process.stderr.write('skipped: no prlimit on this machine, which gives the room back\n');
    skip();
  }
  const home = await CollectorHome.make(mkdtempSync(join(tmpdir(), 'modi-audit-disk-')));
  onTestFinished(() => {
    home.remove();
  });
  for (let number = 1; number <= 300; number += 1) home.exchange(`r${number}`);
  const collector = home.start({ limit: 48 });
  await expect
    .poll(() => collector.err, { timeout: 20_000 })
    .toMatch(/the audit chain cannot be written; trying again/);
  const full = await verifyFolder(home.audit);
  expect(full.findings).toEqual([]);
  spawnSync('prlimit', ['--pid', String(collector.child.pid), '--fsize=unlimited']);
  await expect.poll(() => collector.err, { timeout: 20_000 }).toMatch(/the audit chain can be written again/);
  await collector.stop('SIGTERM');
  expect(await home.start({ once: true }).ended).toBe(0);
  expect((await verifyFolder(home.audit)).findings).toEqual([]);
  const ids: string[] = [];
  for await (const { kind, members } of readChain(home.audit)) {
    if (kind === 'access') ids.push((members['record'] as { id: string }).id);
  }
  expect(ids).toEqual(Array.from({ length: 300 }, (_, index) => `r${index + 1}`));
});
