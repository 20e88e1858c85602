import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { findingText, FINDINGS, verifyFolder, type ChainSigner, type FindingCode } from '../../../plugins/core/audit';
import { appendSome, chainSigner, openChain } from '../../support/audit/chain';
import { KINDS, withWitness, type Kind, type Others } from '../../support/audit/tamper-kinds';
import { Forger } from '../../support/audit/tampering';

let forgersKey: ChainSigner;
let others: Others;
const home = mkdtempSync(join(tmpdir(), 'modi-tamper-'));
const honest = join(home, 'honest');
const earlier = join(home, 'earlier');
const other = join(home, 'other');
const witness = join(home, 'witness.jsonl');

beforeAll(async () => {
  const [signer, secondKey] = await Promise.all([chainSigner(), chainSigner()]);
  forgersKey = secondKey;
  others = {
    earlier: new Forger(earlier, forgersKey),
    other: new Forger(other, forgersKey),
    witness,
    trusted: signer.stated.id,
  };
  const options = { directory: honest, signer: () => signer, segmentBytes: 8000 };
  const [one, two] = [await openChain({ ...options, witness }), await openChain({ ...options, node: 'kong-2' })];
  await appendSome(one, 40);
  await appendSome(two, 30);
  cpSync(honest, earlier, { recursive: true });
  await appendSome(one, 40, 41);
  await Promise.all([one.close({}), two.close({})]);
  const foreign = await openChain({ directory: other, signer: () => signer, segmentBytes: 8000 });
  await appendSome(foreign, 80);
  await foreign.close({});
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

async function tampered({ tamper, options }: Kind) {
  const directory = mkdtempSync(join(home, 'forged-'));
  onTestFinished(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  cpSync(honest, directory, { recursive: true });
  await tamper(new Forger(directory, forgersKey), others);
  return verifyFolder(directory, options?.(others));
}

describe('verification', () => {
  it('knows enough kinds of tampering', () => {
    expect(KINDS.length).toBeGreaterThanOrEqual(30);
    expect(new Set(KINDS.map(({ what }) => what)).size).toBe(KINDS.length);
  });

  it('finds nothing in what is honest, with and without the witness', async () => {
    expect((await verifyFolder(honest)).findings).toEqual([]);
    expect((await verifyFolder(honest, withWitness(others))).findings).toEqual([]);
    expect((await verifyFolder(earlier)).findings).toEqual([]);
  });

  it.each(KINDS.map((kind) => [kind.what, kind.finds, kind] as const))('%s: %s', async (_, code, kind) => {
    const { findings } = await tampered(kind);
    expect(findings[0]).toMatchObject({ code });
    for (const text of Object.values(findingText(findings[0]!))) expect(text).not.toMatch(/undefined|[{}]/);
  });

  it('has words for every finding, in both languages', () => {
    for (const code of Object.keys(FINDINGS) as FindingCode[]) {
      expect(FINDINGS[code].en).not.toBe('');
      expect(FINDINGS[code].it).not.toBe(FINDINGS[code].en);
    }
  });

  it('finds every changed byte of every file', { timeout: 120_000 }, async () => {
    const forger = new Forger(mkdtempSync(join(home, 'bytes-')), forgersKey);
    cpSync(honest, forger.directory, { recursive: true });
    for (const name of [forger.segment(0), forger.segment(-1), 'kong-1.head']) {
      const whole = readFileSync(forger.path(name));
      // A prime step reaches every column of a line sooner or later; the ends of the file always.
      const places = Array.from({ length: 50 }, (__, index) => (index * 7919) % whole.length);
      for (const place of [...places, 0, whole.length - 2, whole.length - 1]) {
        for (const bit of [0x20]) {
          const spoilt = Buffer.from(whole);
          spoilt[place] = (spoilt[place] ?? 0) ^ bit;
          writeFileSync(forger.path(name), spoilt);
          expect((await verifyFolder(forger.directory)).findings, `${name} byte ${place} bit ${bit}`).not.toEqual([]);
        }
      }
      writeFileSync(forger.path(name), whole);
    }
    expect((await verifyFolder(forger.directory)).findings).toEqual([]);
  });
});
