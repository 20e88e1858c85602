import { refsIn, type ChainLine, type Members, type RecordPlace } from '../../core/audit';
import { requestIdOf } from '../audit';
import { CliError } from '../shell/cli-error';
import type { Wanted } from './wanted';

/** A record of the chain that is to be exported. */
export interface FoundRecord extends RecordPlace {
  readonly node: string;
  readonly seq: number;
  readonly at: string;
  readonly kind: string;
  /** Files of evidence: those it refers to or, of a removal, the one that was removed. */
  readonly files: readonly string[];
}

/** All records of one exchange: of the request, of evidence that came after or without it, and of evidence removed. */
export interface FoundExchange {
  readonly id: string;
  readonly records: readonly FoundRecord[];
}

/** What a node's chain has behind the first record that may matter. */
export interface SealsOfNode {
  readonly checkpoints: number[];
  /** Time stamps (DER) by the number of the checkpoint they are over. */
  readonly stamps: Map<number, Buffer>;
}

/** Exchanges in one bundle: it is made in memory, and whoever verifies it runs openssl several times for each. */
const MOST = 1_000;

/** Looks at every record of the chains once, and finds the wanted exchanges and what seals them. */
export class Finder {
  readonly nodes = new Map<string, SealsOfNode>();
  private readonly wanted: Wanted;
  private readonly chosen = new Map<string, FoundRecord[]>();
  /** Wanted exchanges that may have no access record. */
  private readonly alone = new Set<string>();
  /** Evidence that has records of its own, by request id. */
  private readonly apart = new Map<string, FoundRecord[]>();
  /** The first record of the removal of a file of evidence, by file. */
  private readonly removals = new Map<string, FoundRecord>();

  constructor(wanted: Wanted) {
    this.wanted = wanted;
  }

  /**
   * One record that holds, in the order of its chain.
   * @throws CliError CLI_AUDIT_TOO_MANY when more exchanges are wanted than fit into a bundle.
   */
  see(line: ChainLine, bytes: Buffer, node: string, place: RecordPlace): void {
    const { seq, at, kind } = line;
    const found = { node, seq, at, kind, ...place };
    if (kind === 'access') this.access(found, bytes);
    else if (kind === 'evidence' || kind === 'orphan') this.evidence(found, line, bytes);
    else if (kind === 'removed') this.removal(found, bytes);
    else this.seal(this.nodes.get(node), seq, kind, bytes);
  }

  /** The exchanges in the order in which they were found. */
  exchanges(): readonly FoundExchange[] {
    const ids = new Set([...this.chosen.keys(), ...this.alone]);
    return [...ids].map((id) => ({ id, records: this.recordsOf(id) }));
  }

  /** Whether a checkpoint covers every record of the exchange. */
  isSealed({ records }: FoundExchange): boolean {
    return records.every(({ node, seq }) => seq < (this.nodes.get(node)?.checkpoints.at(-1) ?? 0));
  }

  private recordsOf(id: string): readonly FoundRecord[] {
    const records = [...(this.chosen.get(id) ?? []), ...(this.apart.get(id) ?? [])];
    const files = new Set(records.flatMap(({ files }) => files));
    return [...records, ...[...files].flatMap((file) => this.removals.get(file) ?? [])];
  }

  private access(found: Omit<FoundRecord, 'files'>, bytes: Buffer): void {
    if (!this.wanted.mayWant(bytes)) return;
    const members = JSON.parse(bytes.toString('utf8')) as Members;
    if (!this.wanted.wants(members)) return;
    add(this.chosen, requestIdOf(members) ?? `${found.node} ${found.seq}`, { ...found, files: filesIn(members) });
    if (this.chosen.size > MOST) throw tooMany();
    this.follow(found.node);
  }

  private evidence(found: Omit<FoundRecord, 'files'>, line: ChainLine, bytes: Buffer): void {
    const members = JSON.parse(bytes.toString('utf8')) as Members;
    const id = requestIdOf(members);
    if (id === undefined) return;
    if (this.wanted.wantsAlone(id, line)) this.alone.add(id);
    if (this.alone.size > MOST) throw tooMany();
    add(this.apart, id, { ...found, files: filesIn(members) });
    this.follow(found.node);
  }

  private removal(found: Omit<FoundRecord, 'files'>, bytes: Buffer): void {
    const { removed } = JSON.parse(bytes.toString('utf8')) as { removed?: Members };
    const file = removed?.['file'];
    if (typeof file !== 'string' || this.removals.has(file)) return;
    this.removals.set(file, { ...found, files: [file] });
    this.follow(found.node);
  }

  private follow(node: string): void {
    if (!this.nodes.has(node)) this.nodes.set(node, { checkpoints: [], stamps: new Map() });
  }

  private seal(node: SealsOfNode | undefined, seq: number, kind: string, bytes: Buffer): void {
    if (kind === 'checkpoint') node?.checkpoints.push(seq);
    if (kind !== 'timestamp' || node === undefined) return;
    const { of, token } = JSON.parse(bytes.toString('utf8')) as { of: number; token: string };
    node.stamps.set(of, Buffer.from(token, 'base64'));
  }
}

const filesIn = (members: Members): readonly string[] => refsIn(members).map(({ file }) => file);

function add(map: Map<string, FoundRecord[]>, id: string, found: FoundRecord): void {
  map.set(id, [...(map.get(id) ?? []), found]);
}

const tooMany = () =>
  new CliError('CLI_AUDIT_TOO_MANY', {
    en: `more than ${MOST} exchanges; make several bundles, of shorter periods or single callers`,
    it: `più di ${MOST} scambi; creare più fascicoli, di periodi più brevi o di singoli chiamanti`,
  });
