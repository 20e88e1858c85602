import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTimestamp, readChain, TimestampError, verifyFolder, type ChainEntry } from '../../../plugins/core/audit';
import { Stamper } from '../../../plugins/core/audit/timestamp';
import { setNoticeSink, type Notice } from '../../../plugins/core/notices';
import { appendSome, chainSigner, openChain } from '../../support/audit/chain';
import { TimestampAuthority } from '../../support/audit/timestamp-authority';
import { openssl } from '../../support/openssl';
import { tempFolder } from '../../support/temp';
import { modi } from '../cli/support';

const HAS_OPENSSL = spawnSync('openssl', ['version']).error === undefined;
if (!HAS_OPENSSL) process.stderr.write('time stamps: skipped, no openssl on this machine\n');

describe.skipIf(!HAS_OPENSSL)('a time stamp of a real authority (RFC 3161)', () => {
  let folder = '';
  let authority: TimestampAuthority;
  const notices: Notice[] = [];
  let restore: () => void = () => undefined;
  beforeAll(() => {
    const before = setNoticeSink((notice) => void notices.push(notice));
    restore = () => void setNoticeSink(before);
    return restore;
  });
  beforeEach(() => {
    folder = tempFolder();
    notices.length = 0;
  });
  afterEach(() => {
    authority.close();
  });

  /** A chain whose latest checkpoint the authority has stamped. */
  async function stamped(): Promise<{ directory: string; entry: ChainEntry | undefined }> {
    const directory = join(folder, 'audit');
    mkdirSync(directory);
    const signer = await chainSigner();
    const writer = await openChain({ directory, signer: () => signer });
    await appendSome(writer, 12);
    const stamper = new Stamper({ url: authority.url, every: 60, timeout: 5 }, () => 0);
    stamper.look(writer.sealed);
    await expect.poll(() => authority.requests + notices.length).toBeGreaterThan(0);
    let records = stamper.take(writer.sealed);
    await expect
      .poll(() => {
        if (records.length === 0) records = stamper.take(writer.sealed);
        return records.length + notices.length;
      })
      .toBeGreaterThan(0);
    await writer.append(records, {});
    // Not due again, and nothing new to stamp.
    stamper.look(writer.sealed);
    await writer.close({});
    let entry: ChainEntry | undefined;
    for await (const one of readChain(directory)) if (one.kind === 'timestamp') entry = one;
    return { directory, entry };
  }

  it.each(['EC-P256', 'RSA-2048'] as const)('is put into the chain, and verifies (%s)', async (key) => {
    authority = await TimestampAuthority.start(folder, key);
    const { directory, entry } = await stamped();
    expect(authority.requests).toBe(1);
    const checkpoints: ChainEntry[] = [];
    for await (const one of readChain(directory)) if (one.kind === 'checkpoint') checkpoints.push(one);
    const mark = checkpoints.find(({ seq }) => seq === entry?.members['of']);
    const token = Buffer.from(String(entry?.members['token']), 'base64');
    expect(Math.abs(openTimestamp(token, mark?.hash ?? '').time - Date.now())).toBeLessThan(60_000);

    writeFileSync(join(folder, 'root.pem'), authority.anchorPem);
    const verify = (...more: readonly string[]) =>
      modi(['audit', 'verify', directory, ...more], {
        cwd: folder,
        now: Math.floor(Date.now() / 1000),
        stopped: () => new Promise(() => undefined),
      });
    expect((await verify('--tsa-anchors', 'root.pem')).code).toBe(0);
    expect((await verify()).code).toBe(0);

    // And as a third party would, with openssl alone.
    writeFileSync(join(folder, 'token.der'), token);
    const args = ['ts', '-verify', '-digest', mark?.hash ?? '', '-in', join(folder, 'token.der'), '-token_in'];
    expect(openssl([...args, '-CAfile', join(folder, 'root.pem')]).toString()).toMatch(/Verification: OK/);
  });

  it('of another authority is found', async () => {
    authority = await TimestampAuthority.start(folder);
    const { directory } = await stamped();
    const other = tempFolder();
    const strange = await TimestampAuthority.start(other);
    strange.close();
    writeFileSync(join(other, 'root.pem'), strange.anchorPem);
    const ran = await modi(['audit', 'verify', directory, '--tsa-anchors', join(other, 'root.pem')], {
      now: Math.floor(Date.now() / 1000),
      stopped: () => new Promise(() => undefined),
    });
    expect(ran.code).toBe(5);
    expect(ran.out).toMatch(/AUDIT_TIMESTAMP_INVALID/);
  });

  it('is over one checkpoint and no other, and not a bit of it may change', async () => {
    authority = await TimestampAuthority.start(folder);
    const { directory, entry } = await stamped();
    const token = Buffer.from(String(entry?.members['token']), 'base64');
    let digest = '';
    for await (const one of readChain(directory)) if (one.seq === entry?.members['of']) digest = one.hash;
    expect(() => openTimestamp(token, digest.replace(/^./, digest.startsWith('0') ? '1' : '0'))).toThrow(
      TimestampError,
    );
    const info = token.indexOf(Buffer.from(digest, 'hex'));
    fc.assert(
      fc.property(fc.integer({ min: info - 30, max: info + 60 }), fc.integer({ min: 0, max: 7 }), (place, bit) => {
        const changed = Buffer.from(token);
        changed[place] = (changed[place] ?? 0) ^ (1 << bit);
        expect(() => openTimestamp(changed, digest)).toThrow(TimestampError);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 0, max: token.length }), (noise, cut) => {
        expect(() => openTimestamp(Buffer.from(noise), digest)).toThrow(TimestampError);
        if (cut < token.length) expect(() => openTimestamp(token.subarray(0, cut), digest)).toThrow(TimestampError);
      }),
    );
    // A checkpoint that is stamped, and another stamp put in its place.
    const verdict = await verifyFolder(directory, { timestamps: () => 'not this one' });
    expect(verdict.findings).toMatchObject([{ code: 'AUDIT_TIMESTAMP_INVALID', details: { reason: 'not this one' } }]);
  });

  it('is found by its checkpoint as long as the writer puts it in, and told when it came too late for that', async () => {
    authority = await TimestampAuthority.start(folder);
    const directory = join(folder, 'audit');
    mkdirSync(directory);
    const signer = await chainSigner();
    const writer = await openChain({ directory, signer: () => signer, every: 1 });
    let now = 0;
    const stamper = new Stamper({ url: authority.url, every: 60, timeout: 5 }, () => now);
    const first = writer.sealed;
    const later = (checkpoints: number) => first && { ...first, number: first.number + checkpoints };
    stamper.look(first);
    // Asked until the answer is there: too late by then, as the writer says.
    await expect.poll(() => (stamper.take(later(255)), notices.length)).toBe(1);
    expect(notices[0]?.fields).toMatchObject({ problem: 'the authority answered 255 checkpoints late' });

    await appendSome(writer, 1);
    now = 60_000;
    const second = writer.sealed;
    stamper.look(second);
    await appendSome(writer, 254);
    expect((writer.sealed?.number ?? 0) - (second?.number ?? 0)).toBe(254);
    let records = stamper.take(writer.sealed);
    await expect.poll(() => (records = records.length > 0 ? records : stamper.take(writer.sealed))).toHaveLength(1);
    await writer.append(records, {});
    await writer.close({});
    expect((await verifyFolder(directory)).findings).toEqual([]);
  });

  it('of more bytes than any has is not read to its end', async () => {
    authority = await TimestampAuthority.start(folder);
    authority.spoil = () => Buffer.alloc(2 * 1024 * 1024);
    const { entry } = await stamped();
    expect(entry).toBeUndefined();
    expect(notices).toMatchObject([{ fields: { problem: 'the answer is too large' } }]);
  });

  it('that is spoilt on its way is not put into the chain, and told once', async () => {
    authority = await TimestampAuthority.start(folder);
    authority.spoil = (answer) => answer.fill(0xff, answer.length - 20);
    const { directory, entry } = await stamped();
    expect(entry).toBeUndefined();
    expect(notices).toMatchObject([{ level: 'error', message: expect.stringMatching(/no time stamp/) as string }]);
    expect((await verifyFolder(directory)).findings).toEqual([]);
  });
});
