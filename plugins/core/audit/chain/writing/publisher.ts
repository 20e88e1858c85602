import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { notify } from '../../../notices';
import { storeText } from '../../store-text';
import { FILE_MODE, headName } from '../names';
import { WitnessFile } from './witness-file';

/** Puts each checkpoint where a cut chain cannot take it along: the head beside the chain, and the witness. */
export class Publisher {
  private readonly head: string;
  private readonly draft: string;
  private readonly witness: WitnessFile | undefined;
  /** The latest checkpoint, when it could not be published. */
  private left: string | undefined;

  /** `witness`: a file elsewhere that every checkpoint is appended to. */
  constructor(directory: string, node: string, witness: string | undefined) {
    this.head = join(directory, headName(node));
    this.draft = join(directory, `.${headName(node)}.new`);
    this.witness = witness === undefined ? undefined : new WitnessFile(witness);
  }

  /**
   * Publishes the line of a checkpoint, or without one what is left from before. The chain itself is on disk already, so
   * that a failure here is told, and made good at the next occasion, but fails nothing.
   */
  async publish(line: string | undefined): Promise<void> {
    if (line !== undefined) this.witness?.take(line);
    this.witness?.work();
    this.left = line ?? this.left;
    if (this.left === undefined) return;
    try {
      // On the disk before it gets its name: a crash of the machine must not leave a head without content.
      await storeText(this.draft, 'w', this.left, FILE_MODE);
      await rename(this.draft, this.head);
      this.left = undefined;
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      notify({
        level: 'error',
        message: 'a checkpoint is in the chain, but could not be published',
        fields: { problem },
      });
    }
  }

  /** Waits for the witness as long as one may wait at an end. */
  async close(): Promise<void> {
    await this.witness?.close();
  }
}
