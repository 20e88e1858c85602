import { resolve } from 'node:path';
import { GAUGES } from '../gauges';
import { realDisk } from './disk';
import { EvidenceWriter } from './evidence-writer';
import { nodeName } from './names';
import type { Recipient } from './recipient';

/** Where evidence goes, as configured. */
export interface EvidenceSettings {
  /** Absolute, or relative to MODI_HOME. */
  readonly directory: string;
  readonly recipient: Recipient | undefined;
  readonly maxFileSize: number;
  readonly maxFileAge: number;
  readonly maxQueueBytes: number;
}

/** One writer for each directory and recipient: files have one author, and callers of all routes share a sync. */
const writers = new Map<string, EvidenceWriter>();
let series = 0;

/** The writer for these settings, the same for the same ones. Opens nothing before the first line. */
export function evidenceWriterFor(settings: EvidenceSettings): EvidenceWriter {
  const directory = resolve(process.env['MODI_HOME'] ?? '.', settings.directory);
  const { recipient, maxFileSize, maxFileAge, maxQueueBytes } = settings;
  const id = JSON.stringify([directory, recipient?.id, maxFileSize, maxFileAge, maxQueueBytes]);
  let writer = writers.get(id);
  if (writer === undefined) {
    // Two writers may be born in one millisecond: the number keeps their files apart.
    const start = Date.now() + series++;
    writer = new EvidenceWriter(
      {
        series: { directory, node: nodeName(), pid: process.pid, start },
        recipient,
        maxFileSize,
        maxFileAge,
        maxQueueBytes,
      },
      {
        disk: realDisk,
        now: () => Date.now() / 1000,
        after: (milliseconds, run) => void setTimeout(run, milliseconds),
      },
    );
    writers.set(id, writer);
  }
  return writer;
}

/** Writes what is still waiting: the process is about to end. */
export async function closeEvidence(): Promise<void> {
  await Promise.all([...writers.values()].map((writer) => writer.close()));
}

const sum = (of: (writer: EvidenceWriter) => number): number =>
  [...writers.values()].reduce((total, writer) => total + of(writer), 0);

GAUGES.push(
  {
    name: 'modi_evidence_queue_bytes',
    help: 'Evidence that waits for the disk, in bytes.',
    read: () => sum(({ queuedBytes }) => queuedBytes),
  },
  {
    name: 'modi_evidence_dropped',
    help: 'Lines of evidence that there was no room for since the start (durability async).',
    read: () => sum(({ droppedTotal }) => droppedTotal),
  },
  {
    name: 'modi_evidence_failing',
    help: 'Directories of evidence whose last write failed.',
    read: () => sum(({ failing }) => (failing ? 1 : 0)),
  },
);
