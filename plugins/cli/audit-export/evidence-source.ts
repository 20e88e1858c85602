import { createHash, type KeyObject } from 'node:crypto';
import { ChainError, EvidenceStore, type EvidenceRef, type Members } from '../../core/audit';
import { openContent, openLine, readEvidenceFile } from '../../core/evidence';
import { CliError } from '../shell/cli-error';
import type { FoundRecord } from './find';

/** A line of the store that a record refers to. */
export interface EvidenceLine {
  readonly line: Buffer;
  /** What it says; undefined when it is encrypted and there is no key. */
  readonly members: Members | undefined;
  /** Only when it was encrypted: the line in clear, and the key that opens this one. */
  readonly opened: { readonly clear: Buffer; readonly key: Buffer } | undefined;
}

/** What a signature is checked with, as the store has it. */
export interface FoundMaterial {
  readonly id: string;
  /** Without the members that every line has. */
  readonly content: Members;
  readonly text: string;
  /** Whether the id is the hash of the text, so that whoever names the id names the text. */
  readonly isTied: boolean;
}

/** What a line of material has beside its content. */
const OF_EVERY_LINE = ['v', 'part', 'at', 'id'];

/** Reads the evidence store, in clear or with the recipient's private key. */
export class EvidenceSource {
  private readonly directory: string;
  private readonly key: KeyObject | undefined;
  private readonly store: EvidenceStore;
  private readonly materials = new Map<string, Promise<ReadonlyMap<string, FoundMaterial>>>();

  constructor(directory: string, key: KeyObject | undefined) {
    this.directory = directory;
    this.key = key;
    this.store = new EvidenceStore(directory);
  }

  /**
   * The line that a record refers to; `gone` when its file is not there any more.
   *
   * @throws ChainError AUDIT_EVIDENCE_EDITED when another line stands there, AUDIT_EVIDENCE_MISSING when none does though there is the file. CliError CLI_KEY when the key does not open it.
   */
  async lineOf(ref: EvidenceRef, { node, file, seq, offset }: FoundRecord): Promise<EvidenceLine | 'gone'> {
    const line = await this.store.lineAt(ref);
    if (line === 'gone') return line;
    if (line === undefined || createHash('sha256').update(line).digest('hex') !== ref.sha256) {
      const code = line === undefined ? 'AUDIT_EVIDENCE_MISSING' : 'AUDIT_EVIDENCE_EDITED';
      const details = { part: ref.part, evidence: `${ref.file} byte ${ref.offset}` };
      throw new ChainError({ code, node, file, seq, offset, details });
    }
    const envelope = JSON.parse(line.toString('utf8')) as Members;
    const { jwe } = envelope;
    if (typeof jwe !== 'string') return { line, members: envelope, opened: undefined };
    if (this.key === undefined) return { line, members: undefined, opened: undefined };
    return { line, members: await this.open(envelope), opened: openContent(jwe, this.key) };
  }

  /** The materials of a file that can be read, by id. */
  materialsIn(file: string): Promise<ReadonlyMap<string, FoundMaterial>> {
    const known = this.materials.get(file) ?? this.readMaterials(file);
    this.materials.set(file, known);
    return known;
  }

  async close(): Promise<void> {
    await this.store.close();
  }

  private async readMaterials(file: string): Promise<ReadonlyMap<string, FoundMaterial>> {
    const found = new Map<string, FoundMaterial>();
    for await (const record of readEvidenceFile(this.directory, file)) {
      if (record.kind !== 'line' || record.part !== 'material') continue;
      if ('jwe' in record.members && this.key === undefined) continue;
      const members = await this.open(record.members);
      const { id } = members;
      if (typeof id !== 'string' || !/^[0-9a-f]{64}$/.test(id)) continue;
      const content = Object.fromEntries(Object.entries(members).filter(([name]) => !OF_EVERY_LINE.includes(name)));
      const text = JSON.stringify(content);
      const isTied = createHash('sha256').update(text).digest('hex') === id;
      found.set(id, { id, content, text, isTied });
    }
    return found;
  }

  private async open(members: Members): Promise<Members> {
    try {
      return await openLine({ members }, this.key);
    } catch (cause) {
      throw new CliError(
        'CLI_KEY',
        {
          en: 'the evidence is not encrypted to the key of --key, or was changed; name the private key of its recipient',
          it: 'la prova non è cifrata per la chiave di --key, o è stata alterata; indicare la chiave privata del destinatario',
        },
        { cause },
      );
    }
  }
}
