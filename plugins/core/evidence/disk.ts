import { fstatSync } from 'node:fs';
import { mkdir, open, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EvidenceStorageError } from './storage-error';

/** What the writer asks of the file system; the tests' own one fails in every way there is. */
export interface EvidenceDisk {
  /** Makes the directory (0700, one level) when it is not there, and refuses one that everybody may look into. */
  prepare(directory: string): Promise<void>;
  /** A new file, 0600, whose name is on the disk when this resolves. */
  create(path: string): Promise<EvidenceHandle>;
}

/** A file that grows at its end. */
export interface EvidenceHandle {
  /** All bytes, or rejects; then an unknown number of them has been written. */
  append(bytes: Buffer): Promise<void>;
  /** Until what was appended is on the disk. After a rejection nothing is known of it: the file must not be used on. */
  sync(): Promise<void>;
  cutTo(size: number): Promise<void>;
  close(): Promise<void>;
}

const WORLD = 0o007;

export const realDisk: EvidenceDisk = {
  async prepare(directory) {
    await mkdir(directory, { mode: 0o700 }).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
    const { mode } = await stat(directory);
    if ((mode & WORLD) !== 0) {
      throw new EvidenceStorageError(
        `the directory is open to everybody (mode ${(mode & 0o777).toString(8)}); chmod 700`,
      );
    }
  },
  async create(path) {
    const file = await open(path, 'ax', 0o600);
    try {
      await syncDirectory(dirname(path));
    } catch (error) {
      await file.close();
      throw error;
    }
    return handleOf(file);
  },
};

function handleOf(file: FileHandle): EvidenceHandle {
  return {
    async append(bytes) {
      refuseUnlinked(file);
      for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten;
    },
    async sync() {
      await file.datasync();
      refuseUnlinked(file);
    },
    cutTo: (size) => file.truncate(size),
    close: () => file.close(),
  };
}

/** A file without a name takes bytes as before, and nobody will ever find them. */
function refuseUnlinked(file: FileHandle): void {
  if (fstatSync(file.fd).nlink === 0) throw new EvidenceStorageError('the file was removed');
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
