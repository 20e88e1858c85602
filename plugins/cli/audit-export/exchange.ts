import { refsIn, tableOf, type EvidenceRef, type Members } from '../../core/audit';
import type { Bundle } from './bundle';
import type { EvidenceLine, EvidenceSource } from './evidence-source';
import type { FoundExchange, FoundRecord } from './find';
import { putMaterial } from './materials';
import { putAnswerToken, putRequestTokens } from './tokens';

/** A record of the exchange, and where the bundle has the stretch of the chain with it. */
export interface PlacedRecord {
  readonly found: FoundRecord;
  readonly line: Buffer;
  readonly stretch: string;
  /** Line of the stretch, counted from one. */
  readonly number: number;
}

/** One exchange in its folder: its records, the evidence they refer to, and everything in it that openssl can check. */
export class ExchangePart {
  private readonly bundle: Bundle;
  private readonly folder: string;
  private readonly source: EvidenceSource | undefined;
  /** Folders of the signed tokens that an answer may name the digest of. */
  private readonly requests: string[] = [];
  /** Files of evidence whose removal the chain has on record. */
  private readonly removed: string[] = [];

  /** `source` is undefined when no evidence was asked for. */
  constructor(bundle: Bundle, folder: string, source: EvidenceSource | undefined) {
    this.bundle = bundle;
    this.folder = folder;
    this.source = source;
  }

  async put({ id }: FoundExchange, records: readonly PlacedRecord[]): Promise<void> {
    this.bundle.section(`Exchange ${id}`);
    if (!records.some(({ found }) => found.kind === 'access')) this.bundle.note('no-access-record', this.folder);
    for (const { found } of records) if (found.kind === 'removed') this.removed.push(...found.files);
    let refs = 0;
    for (const record of records) refs += await this.record(record);
    if (refs === 0) this.bundle.note('no-evidence', this.folder);
  }

  /** Answers how many lines of evidence it refers to. */
  private async record({ found, line, stretch, number }: PlacedRecord): Promise<number> {
    const path = `${this.folder}/record-${found.seq}.json`;
    this.bundle.put(path, line);
    this.bundle.check('record', path, stretch, number);
    // A removal refers to the line of its own proof, which the record repeats.
    const refs = found.kind === 'removed' ? [] : refsIn(JSON.parse(line.toString('utf8')) as Members);
    if (this.source === undefined && refs.length > 0) this.bundle.note('evidence-left-out', path);
    else for (const ref of refs) await this.evidence(ref, found, path);
    return refs.length;
  }

  private async evidence(ref: EvidenceRef, found: FoundRecord, record: string): Promise<void> {
    const { bundle } = this;
    const line = (await this.source?.lineOf(ref, found)) ?? 'gone';
    if (line === 'gone') {
      bundle.note(this.removed.includes(ref.file) ? 'evidence-removed' : 'evidence-missing', record);
      return;
    }
    const folder = this.folderFor(ref.part);
    bundle.put(`${folder}/line.json`, line.line);
    bundle.check('evidence', folder, record, ref.part);
    if (line.opened !== undefined) {
      bundle.put(`${folder}/clear.json`, line.opened.clear);
      bundle.put(`${folder}/content-key.txt`, line.opened.key.toString('hex'));
      bundle.check('opened', folder);
    }
    if (line.members === undefined) bundle.note('encrypted', folder);
    else await this.contents(ref, line.members, line, folder);
  }

  private folderFor(part: string): string {
    const folder = `${this.folder}/${part}`;
    for (let number = 1; ; number += 1) {
      const name = number === 1 ? folder : `${folder}-${number}`;
      if (!this.bundle.has(`${name}/line.json`)) return name;
    }
  }

  private async contents(ref: EvidenceRef, members: Members, line: EvidenceLine, folder: string): Promise<void> {
    const at = String(members['at']);
    const keys = await this.materials(ref, line, at);
    if (members['incomplete'] === true) this.bundle.note('incomplete', folder);
    if (ref.part === 'answer') this.answer(members, folder, at);
    if (ref.part !== 'request') return;
    const tokens = tableOf(members['tokens']);
    putRequestTokens(this.bundle, { evidence: folder, at }, tokens, (id) => keys.get(String(id)));
    const signed = `${folder}/INTEGRITY`;
    const isSigned = this.bundle.has(`${signed}/signing-input.txt`);
    if (isSigned) this.requests.push(signed);
    const { digest } = tableOf(members['body']);
    this.body(members, folder, isSigned ? signed : undefined, digest);
  }

  private answer(members: Members, folder: string, at: string): void {
    const { signature, digest } = members;
    if (typeof signature !== 'string') {
      this.bundle.note('unsigned', folder);
      this.body(members, folder, undefined, digest);
      return;
    }
    const token = putAnswerToken(this.bundle, { evidence: folder, at }, signature);
    const isWhole = this.bundle.has(`${token}/signing-input.txt`);
    this.body(members, folder, isWhole ? token : undefined, digest);
    const [request] = this.requests;
    if (isWhole && request !== undefined && namesRequest(signature)) this.bundle.check('answers', token, request);
  }

  /** The body when it was kept; with a token that signs its digest they are compared. */
  private body(members: Members, folder: string, token: string | undefined, digest: unknown): void {
    const { content } = tableOf(members['body']);
    const [, algorithm] = /^(SHA-(?:256|384|512))=/.exec(String(digest)) ?? [];
    if (typeof content === 'string') {
      this.bundle.put(`${folder}/body.bin`, Buffer.from(content, 'base64'));
      const compared = algorithm === undefined ? undefined : token;
      this.bundle.check('body', folder, compared ?? '-', algorithm ?? '-');
    } else if (token !== undefined) this.bundle.note('no-body', folder);
  }

  /** Puts what the line names into the bundle, and what that names in turn. Answers the folders with keys, by id. */
  private async materials(ref: EvidenceRef, line: EvidenceLine, at: string): Promise<ReadonlyMap<string, string>> {
    const known = await this.source?.materialsIn(ref.file);
    const folders = new Map<string, string>();
    const texts = [(line.opened?.clear ?? line.line).toString('utf8')];
    for (let text = texts.pop(); text !== undefined; text = texts.pop()) {
      for (const [id] of text.matchAll(/\b[0-9a-f]{64}\b/g)) {
        const material = known?.get(id);
        if (material === undefined || folders.has(id)) continue;
        folders.set(id, putMaterial(this.bundle, material, at));
        texts.push(material.text);
      }
    }
    return new Map([...folders].filter(([, folder]) => this.bundle.has(`${folder}/public-key.pem`)));
  }
}

function namesRequest(token: string): boolean {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
  return payload.includes('"request_digest"');
}
