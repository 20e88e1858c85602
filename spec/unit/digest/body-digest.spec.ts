import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestOfBody } from '../../../plugins/core/digest';
import { tempFolder } from '../../support/temp';

const MAX = 100 * 1024 * 1024;
const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

describe('digestOfBody', () => {
  it.each([0, 1, 1024 * 1024 - 1, 1024 * 1024, 3 * 1024 * 1024 + 7])(
    'is the digest of %i bytes, in memory or in a file',
    async (size) => {
      const bytes = randomBytes(size);
      const path = join(tempFolder(), 'body');
      writeFileSync(path, bytes);
      const expected = { length: size, digest: sha256(bytes) };
      expect(await digestOfBody({ kind: 'bytes', bytes }, 'SHA-256', MAX)).toEqual(expected);
      expect(await digestOfBody({ kind: 'file', path }, 'SHA-256', MAX)).toEqual(expected);
    },
  );

  it('knows SHA-384 and SHA-512', async () => {
    const bytes = Buffer.from('x');
    expect((await digestOfBody({ kind: 'bytes', bytes }, 'SHA-384', MAX)).digest).toHaveLength(48);
    expect((await digestOfBody({ kind: 'bytes', bytes }, 'SHA-512', MAX)).digest).toHaveLength(64);
  });

  it('counts without hashing when no algorithm is asked for', async () => {
    expect(await digestOfBody({ kind: 'bytes', bytes: Buffer.from('abc') }, undefined, MAX)).toEqual({
      length: 3,
      digest: undefined,
    });
  });

  it('stops at the limit, also when the file is larger than anybody said', async () => {
    const path = join(tempFolder(), 'body');
    writeFileSync(path, Buffer.alloc(1_000_000));
    const { digest, length } = await digestOfBody({ kind: 'file', path }, 'SHA-256', 1000);
    expect(digest).toBeUndefined();
    expect(length).toBeGreaterThan(1000);
    expect((await digestOfBody({ kind: 'bytes', bytes: Buffer.alloc(1001) }, 'SHA-256', 1000)).digest).toBeUndefined();
  });

  it('rejects when the file is gone', async () => {
    await expect(digestOfBody({ kind: 'file', path: join(tempFolder(), 'none') }, 'SHA-256', 1)).rejects.toThrow(
      'ENOENT',
    );
  });
});
