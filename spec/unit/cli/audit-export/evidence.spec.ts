import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Exporting, SLOW } from '../../../support/audit/exporting';
import { filesIn, turnBit, verifyBundle } from '../../../support/audit/third-party';

const exporting = new Exporting();
const { at, run, from } = exporting;

describe('evidence that is not there', () => {
  const codes = async (name: string, ...argv: readonly string[]): Promise<unknown> => {
    const { out, err } = await run(...argv, '--out', name, '--output', 'json');
    expect(err).toBe('');
    return (JSON.parse(out) as { notes: { code: string }[] }).notes.map(({ code }) => code);
  };

  it(
    'never came, was left out, or is gone: the record alone is exported, and it says so',
    async () => {
      const there = await exporting.open('bare', ['kept']);
      await there.record('none', []);
      const refs = await there.refsOf('kept');
      await there.record(
        'gone',
        refs.map((ref) => ({ ...ref, file: 'evidence-n-1-1-9.jsonl' })),
      );
      const pruned = refs.map((ref) => ({ ...ref, file: 'evidence-n-1-1-8.jsonl' }));
      await there.record('pruned', pruned);
      const removed = { file: 'evidence-n-1-1-8.jsonl', lines: 2, told_at: '2026-11-23T10:00:00.000Z' };
      await there.writer.append([{ kind: 'removed', members: { removed, evidence: refs } }], {});
      await there.writer.append([{ kind: 'orphan', members: { id: 'alone', evidence: refs } }], {});
      await there.writer.close({});
      expect(await codes('bare/none', 'none', ...from('bare'))).toEqual(['no-evidence']);
      expect(await codes('bare/left', 'kept', '--chains', 'bare/audit')).toEqual(['evidence-left-out']);
      expect(await codes('bare/gone', 'gone', ...from('bare'))).toEqual(['evidence-missing', 'evidence-missing']);
      expect(await codes('bare/pruned', 'pruned', ...from('bare'))).toEqual(['evidence-removed', 'evidence-removed']);
      expect(filesIn(at('bare/pruned')).filter((file) => file.includes('/record-'))).toHaveLength(2);
      expect(await codes('bare/alone', 'alone', ...from('bare'))).toEqual(['no-access-record', 'signature-removed']);
      expect(verifyBundle(at('bare/none')).code).toBe(0);
    },
    SLOW,
  );
});

describe('encrypted evidence', { timeout: SLOW }, () => {
  it.each([
    ['RSA', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['EC', () => generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ] as const)('to an %s key is opened with it, line by line, and closed without it', async (name, make) => {
    const { publicKey, privateKey } = make();
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    await exporting.made(name, ['a1', 'b2'], { encryption: { key: pem } });
    writeFileSync(at(name, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    writeFileSync(at(name, 'other.pem'), make().privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });

    const opened = await run('a1', ...from(name), '--key', `${name}/key.pem`, '--out', `${name}/opened`);
    expect(opened.code, opened.err).toBe(0);
    const verdict = verifyBundle(at(name, 'opened'), '--only', 'exchange-1/request');
    expect(verdict.out).toMatch(/ok {4}exchange-1\/request\/clear\.json is what line\.json holds encrypted/);
    expect(verdict.out).toMatch(/ok {4}exchange-1\/request\/INTEGRITY: the signature holds/);
    expect(verdict.code, verdict.out).toBe(0);

    const closed = await run('a1', ...from(name), '--out', `${name}/closed`);
    expect(closed.out).toMatch(/exchange-1\/request: the evidence is encrypted and was not opened/);
    expect(verifyBundle(at(name, 'closed'), '--files').code).toBe(0);
    const wrong = await run('a1', ...from(name), '--key', `${name}/other.pem`, '--out', `${name}/x`);
    expect(wrong).toMatchObject({ code: 1, err: expect.stringMatching(/CLI_KEY\n$/) as string });

    turnBit(at(name, 'opened/exchange-1/request/clear.json'), 200, 0);
    expect(verifyBundle(at(name, 'opened'), '--only', 'opened exchange-1/request').code).toBe(1);
  });
});
