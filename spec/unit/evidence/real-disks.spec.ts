import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { setNoticeSink } from '../../../plugins/core/notices';
import { item, reasonOf, testWriter, told } from '../../support/evidence';
import { tempFolder } from '../../support/temp';

const ran = (...command: [string, ...string[]]): boolean => spawnSync(command[0], command.slice(1)).status === 0;

/** Only root may mount, and not in every container. */
function canMount(): boolean {
  const point = mkdtempSync(join(tmpdir(), 'modi-mount-'));
  const mounts = ran('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', point) && ran('umount', point);
  rmdirSync(point);
  return mounts;
}

const mounts = canMount();
if (!mounts) process.stderr.write('skipped, evidence on a real full disk: this user may not mount a tmpfs\n');

/** A file system of its own, of so many bytes. */
function diskOf(size: string): { directory: string; remount(options: string): void } {
  const point = join(tempFolder(), 'disk');
  mkdirSync(point);
  expect(ran('mount', '-t', 'tmpfs', '-o', `size=${size},mode=0700`, 'tmpfs', point)).toBe(true);
  onTestFinished(() => void ran('umount', '-l', point));
  return {
    directory: join(point, 'evidence'),
    remount: (options) => {
      expect(ran('mount', '-o', `remount,${options}`, point)).toBe(true);
    },
  };
}

beforeEach(() => {
  const before = setNoticeSink(() => undefined);
  onTestFinished(() => void setNoticeSink(before));
});

describe.skipIf(!mounts)('a real disk', () => {
  it('that is full refuses what it cannot hold, keeps whole lines, and goes on when there is room', async () => {
    const disk = diskOf('64k');
    const { writer, pass } = testWriter(disk.directory);
    const kept: string[] = [];
    let reason = 'stored';
    for (let sent = 0; reason === 'stored'; sent += 1) {
      reason = await reasonOf(writer.commit(item(`r${sent}`, { text: 'x'.repeat(5000) })));
      if (reason === 'stored') kept.push(`r${sent}`);
    }
    expect(reason).toBe('no space left');
    expect(kept.length).toBeGreaterThan(5);
    expect(await told(disk.directory)).toEqual(kept);
    disk.remount('size=256k');
    pass(1);
    expect(await reasonOf(writer.commit(item('after')))).toBe('stored');
    expect(await told(disk.directory)).toEqual([...kept, 'after']);
  });

  it('that has become read-only refuses a new file, and says so', async () => {
    const disk = diskOf('64k');
    const { writer, pass } = testWriter(disk.directory, { maxFileAge: 60 });
    expect(await reasonOf(writer.commit(item('a')))).toBe('stored');
    await writer.close();
    disk.remount('ro');
    pass(61);
    expect(await reasonOf(writer.commit(item('b')))).toBe('the file system is read-only');
    expect(await told(disk.directory)).toEqual(['a']);
  });
});
