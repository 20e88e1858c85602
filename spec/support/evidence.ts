import { onTestFinished } from 'vitest';
import {
  EvidenceStorageError,
  EvidenceWriter,
  readEvidence,
  realDisk,
  type EvidenceDamage,
  type EvidenceDisk,
  type EvidenceHandle,
  type EvidenceItem,
  type EvidenceRecord,
  type WriterSettings,
} from '../../plugins/core/evidence';

export const AT = Date.UTC(2026, 5, 1) / 1000;

export const item = (requestId: string, content: Record<string, unknown> = {}): EvidenceItem => ({
  requestId,
  part: 'request',
  at: AT,
  content,
});

/** A writer whose clock and timer stand still until the test moves them. */
export function testWriter(directory: string, settings: Partial<WriterSettings> = {}, disk: EvidenceDisk = realDisk) {
  const world = { now: AT, timers: [] as (() => void)[] };
  const writer = new EvidenceWriter(
    {
      series: { directory, node: 'n1', pid: 1, start: 1 },
      recipient: undefined,
      maxFileSize: 1e9,
      maxFileAge: 3600,
      maxQueueBytes: 1e6,
      ...settings,
    },
    {
      disk,
      now: () => world.now,
      after: (_, run) => {
        world.timers.push(run);
      },
    },
  );
  onTestFinished(() => writer.close());
  return {
    writer,
    /** `seconds` later. */
    pass: (seconds: number) => {
      world.now += seconds;
    },
    /** Everything that was put off happens now. */
    ring: async () => {
      for (const run of world.timers.splice(0)) run();
      await writer.close();
    },
  };
}

export interface FailingDisk {
  readonly disk: EvidenceDisk;
  /** The next call of this name fails with this error, for good until it is mended. */
  readonly broken: Map<'prepare' | 'create' | 'append' | 'sync' | 'cutTo', Error>;
  /** Bytes that get through before `append` fails. */
  partial: number;
  readonly calls: string[];
}

export const errno = (code: string): Error => Object.assign(new Error(code), { code });

/** The real disk until something is broken. */
export function failingDisk(): FailingDisk {
  const [broken, calls]: [FailingDisk['broken'], string[]] = [new Map(), []];
  const meet = (name: 'prepare' | 'create' | 'append' | 'sync' | 'cutTo'): void => {
    calls.push(name);
    const error = broken.get(name);
    if (error !== undefined) throw error;
  };
  const failing: FailingDisk = {
    broken,
    calls,
    partial: 0,
    disk: {
      prepare: async (directory) => {
        meet('prepare');
        await realDisk.prepare(directory);
      },
      create: async (path) => {
        meet('create');
        return handle(await realDisk.create(path));
      },
    },
  };
  const handle = (real: EvidenceHandle): EvidenceHandle => ({
    append: async (bytes) => {
      if (broken.has('append')) await real.append(bytes.subarray(0, failing.partial));
      meet('append');
      await real.append(bytes);
    },
    sync: async () => {
      meet('sync');
      await real.sync();
    },
    cutTo: async (size) => {
      meet('cutTo');
      await real.cutTo(size);
    },
    close: () => real.close(),
  });
  return failing;
}

export async function linesIn(directory: string): Promise<(EvidenceRecord | EvidenceDamage)[]> {
  const found: (EvidenceRecord | EvidenceDamage)[] = [];
  for await (const one of readEvidence(directory)) found.push(one);
  return found;
}

/** What each line says in one word: its request id, else its part, else its damage. */
export const told = async (directory: string): Promise<string[]> =>
  (await linesIn(directory)).map((one) => (one.kind === 'line' ? (one.requestId ?? one.part) : one.kind));

export const reasonOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'stored',
    (error: unknown) => (error instanceof EvidenceStorageError ? error.reason : String(error)),
  );
