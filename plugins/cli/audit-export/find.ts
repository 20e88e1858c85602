import type { ChainLine, Members, RecordPlace } from '../../core/audit';
import { idsOfExchange, requestIdOf } from '../audit';

/** A record of the chain that is to be exported. */
export interface FoundRecord extends RecordPlace {
  readonly node: string;
  readonly seq: number;
  readonly at: string;
  readonly kind: string;
}

/** All records of one exchange: of the request, and of evidence that came after or without it. */
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

/** Which exchanges are wanted: those with one of these ids, or those whose access record is chosen. */
export interface Wanted {
  readonly ids: readonly string[];
  readonly chooses?: (record: Members) => boolean;
}

/** Looks at every record of the chains once, and finds the wanted exchanges and what seals them. */
export class Finder {
  readonly nodes = new Map<string, SealsOfNode>();
  private readonly wanted: Wanted;
  /** An id as JSON has it: records without any of them are not taken apart. */
  private readonly needles: readonly string[];
  private readonly seen = new Set<string>();
  private readonly chosen = new Map<string, FoundRecord[]>();
  /** Evidence that has records of its own, by request id. */
  private readonly apart = new Map<string, FoundRecord[]>();

  constructor(wanted: Wanted) {
    this.wanted = wanted;
    this.needles = wanted.ids.map((id) => JSON.stringify(id));
  }

  /** One record that holds, in the order of its chain. */
  see({ seq, at, kind }: ChainLine, bytes: Buffer, node: string, place: RecordPlace): void {
    if (kind === 'access') this.access({ node, seq, at, kind, ...place }, bytes);
    else if (kind === 'evidence' || kind === 'orphan') this.evidence({ node, seq, at, kind, ...place }, bytes);
    else this.seal(this.nodes.get(node), seq, kind, bytes);
  }

  /** The exchanges in the order in which they were found. */
  exchanges(): readonly FoundExchange[] {
    const ids = new Set([...this.chosen.keys(), ...this.wanted.ids.filter((id) => this.apart.has(id))]);
    return [...ids].map((id) => ({ id, records: [...(this.chosen.get(id) ?? []), ...(this.apart.get(id) ?? [])] }));
  }

  /** The ids that no record has. */
  missing(): readonly string[] {
    return this.wanted.ids.filter((id) => !this.seen.has(id) && !this.apart.has(id));
  }

  private access(found: FoundRecord, bytes: Buffer): void {
    const { chooses } = this.wanted;
    if (chooses === undefined && !this.needles.some((needle) => bytes.includes(needle))) return;
    const members = JSON.parse(bytes.toString('utf8')) as Members;
    const ids = idsOfExchange(members);
    const named = this.wanted.ids.filter((id) => ids.includes(id));
    if (named.length === 0 && chooses?.(members['record'] as Members) !== true) return;
    for (const id of named) this.seen.add(id);
    add(this.chosen, requestIdOf(members) ?? `${found.node} ${found.seq}`, found);
    this.follow(found.node);
  }

  private evidence(found: FoundRecord, bytes: Buffer): void {
    const id = requestIdOf(JSON.parse(bytes.toString('utf8')) as Members);
    if (id === undefined) return;
    add(this.apart, id, found);
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

function add(map: Map<string, FoundRecord[]>, id: string, found: FoundRecord): void {
  map.set(id, [...(map.get(id) ?? []), found]);
}
