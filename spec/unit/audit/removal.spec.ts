import { generateKeyPairSync } from 'node:crypto';
import { existsSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ChainSigner } from '../../../plugins/core/audit';
import { prunable, readRecipient, removeFile } from '../../../plugins/core/evidence';
import { chainSigner } from '../../support/audit/chain';
import { closed, Collecting, KEPT, range, refsIn, settle } from '../../support/audit/collecting';
import { testWriter } from '../../support/evidence';
import { json, modi } from '../cli/support';

const DAY = 86_400;
let signer: ChainSigner;
beforeAll(async () => {
  signer = await chainSigner();
});

let home: Collecting;
beforeEach(async () => {
  home = new Collecting(signer);
  for (const id of range(1, 3)) {
    for (const part of ['request', 'answer']) home.prove(id, part);
    home.writeLine(id, { modi: { outcome: 'accepted', evidence: KEPT } });
  }
  await home.collect({ withEvidence: true });
  utimesSync(home.evidenceFile, home.now / 1000, home.now / 1000);
});

/** As `modi audit prune` does it, `days` later. */
async function prune(days: number, { retention = DAY, key = undefined as string | undefined } = {}): Promise<void> {
  home.now += days * DAY * 1000;
  const series = { directory: home.evidenceFolder, node: 'kong_1', pid: 2, start: 2000 };
  const recipient = key === undefined ? undefined : readRecipient(key, 'encryption.key');
  const { writer } = testWriter(home.evidenceFolder, { series, recipient });
  const now = home.now / 1000;
  for await (const file of prunable(home.evidenceFolder, now - DAY)) {
    await removeFile(home.evidenceFolder, writer, file, { retention, now });
  }
  await writer.close();
  expect(existsSync(home.evidenceFile)).toBe(false);
}

const codes = async (): Promise<string[]> => (await home.evidenceFindings()).map(({ code }) => code);
const verify = (...more: string[]) =>
  modi(['audit', 'verify', home.audit, '--evidence', home.evidenceFolder, ...more], {
    stopped: () => new Promise(() => undefined),
  });

describe('evidence that was removed after its retention', () => {
  it('is told with the proof, which the chain has sealed', async () => {
    await prune(2);
    await home.collect({ withEvidence: true, killed: true });
    await home.collect({ withEvidence: true });
    const removals = await home.entries('removed');
    expect(removals).toHaveLength(1);
    expect(removals[0]?.members).toMatchObject({
      removed: {
        file: 'evidence-kong_1-1-1000-0.jsonl',
        lines: 6,
        exchanges: 6,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        retention: DAY,
        told_at: new Date(home.now).toISOString(),
      },
      evidence: [{ part: 'removed', file: 'evidence-kong_1-2-2000-1.jsonl' }],
    });
    const ran = await verify();
    expect([ran.code, ran.err]).toEqual([0, '']);
    expect(ran.out).toMatch(/evidence 1 lines are what they were\n/);
    const proof = `proof: record ${removals[0]?.seq} of kong-1`;
    expect(ran.out).toContain(`evidence-kong_1-1-1000-0.jsonl: 6 lines were removed after their retention, at `);
    expect(ran.out).toContain(proof);
    expect(json(await verify('--output', 'json'))).toMatchObject({
      outcome: 'intact',
      evidence: { good: 1, removed: [{ lines: 6, proof: { node: 'kong-1', seq: removals[0]?.seq } }] },
    });
  });

  it('is told also where evidence is encrypted: a proof holds nothing of an exchange', async () => {
    const { publicKey } = generateKeyPairSync('x25519');
    await prune(2, { key: publicKey.export({ type: 'spki', format: 'pem' }).toString() });
    await home.collect({ withEvidence: true });
    expect(await codes()).toEqual([]);
  });

  it('is missing before the chain has the proof, and when the proof itself is gone', async () => {
    await prune(2);
    expect(await codes()).toEqual(Array.from({ length: 6 }, () => 'AUDIT_EVIDENCE_MISSING'));
    await home.collect({ withEvidence: true });
    expect(await codes()).toEqual([]);
    rmSync(join(home.evidenceFolder, 'evidence-kong_1-2-2000-1.jsonl'));
    expect(await codes()).toEqual(['AUDIT_EVIDENCE_MISSING']);
  });

  it('is no excuse for another file, or for a part of one', async () => {
    const other = join(home.evidenceFolder, 'evidence-kong_1-3-3000-0.jsonl');
    home.prove('r4', 'request', {}, other);
    home.writeLine('r4', { modi: { outcome: 'accepted' } });
    home.now += 3_000;
    await home.collect({ withEvidence: true });
    await prune(2);
    await home.collect({ withEvidence: true });
    expect(await codes()).toEqual([]);
    rmSync(other);
    expect(await codes()).toEqual(['AUDIT_EVIDENCE_MISSING']);
    home.prove('other', 'request', {}, home.evidenceFile);
    expect(await codes()).toContain('AUDIT_EVIDENCE_EDITED');
  });

  it('before its time is found by its own proof', async () => {
    await prune(2, { retention: 3 * DAY });
    await home.collect({ withEvidence: true });
    expect(new Set(await codes())).toEqual(new Set(['AUDIT_EVIDENCE_REMOVED_EARLY']));
    const ran = await verify('--lang', 'it');
    expect(ran.code).toBe(5);
    expect(ran.out).toMatch(/rimosso prima della fine della conservazione/);
  });

  it('and a damaged proof counts for nothing, but is in the chain', async () => {
    rmSync(home.evidenceFile);
    home.prove(undefined, 'removed', { file: 7 }, join(home.evidenceFolder, 'evidence-kong_1-2-2000-1.jsonl'));
    const one = await home.collector({ withEvidence: true });
    await settle(one);
    await closed(one);
    expect(refsIn((await home.entries('removed'))[0])).toHaveLength(1);
    expect(await codes()).toHaveLength(6);
  });
});
