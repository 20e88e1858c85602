import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { evidenceFiles, readEvidenceFile } from '../../../plugins/core/evidence';

/** What a directory of evidence holds, read on from where it was read before: a file that has not grown is not opened. */
export class EvidenceStore {
  readonly torn = new Map<string, number>();
  malformed = 0;
  private readonly parts = new Map<string, string[]>();
  private readonly offsets = new Map<string, number>();
  private readonly sizes = new Map<string, number>();
  private readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  async follow(): Promise<void> {
    for (const { name } of await evidenceFiles(this.directory)) {
      const { size } = await stat(join(this.directory, name));
      if (this.sizes.get(name) === size) continue;
      this.sizes.set(name, size);
      this.torn.delete(name);
      for await (const one of readEvidenceFile(this.directory, name, this.offsets.get(name) ?? 0)) {
        // A torn line may yet become a whole one.
        if (one.kind === 'torn') this.torn.set(name, one.bytes);
        else this.offsets.set(name, one.offset + one.bytes + 1);
        if (one.kind === 'malformed') this.malformed += 1;
        if (one.kind !== 'line' || one.requestId === undefined) continue;
        this.parts.set(one.requestId, [...(this.parts.get(one.requestId) ?? []), one.part]);
      }
    }
  }

  /** The parts there are of an exchange, which is then forgotten. */
  take(requestId: string): readonly string[] {
    const found = this.parts.get(requestId) ?? [];
    this.parts.delete(requestId);
    return found;
  }
}
