/** Evidence could not be put where it must be. `reason` is fit for an answer: no path, no content. */
export class EvidenceStorageError extends Error {
  override readonly name = 'EvidenceStorageError';
  readonly reason: string;

  constructor(reason: string, options?: ErrorOptions) {
    super(`evidence cannot be stored: ${reason}`, options);
    this.reason = reason;
  }
}

const KNOWN: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left',
  EDQUOT: 'the quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'the directory may not be written to',
  EPERM: 'the directory may not be written to',
  ENOENT: 'the directory is gone',
  ENOTDIR: 'the directory is none',
  EIO: 'the device failed',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files',
};

/** Any failure of the file system as one of ours, with the cause kept for the log. */
export function storageError(error: unknown): EvidenceStorageError {
  if (error instanceof EvidenceStorageError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
  return new EvidenceStorageError(KNOWN[code] ?? code, { cause: error });
}
