import { CliError } from '../shell/cli-error';
import type { FoundRecord, SealsOfNode } from './find';

/** A piece of a chain: from a record to the checkpoint that ends it. */
export interface Stretch {
  readonly from: FoundRecord;
  to: number;
  /** The checkpoints in it that are to be shown, by number. */
  readonly checkpoints: Set<number>;
}

/**
 * The fewest pieces that tie each record to the next checkpoint and, with `stamped`, on to the next one that has a time
 * stamp, when there is one. Records whose pieces touch share one.
 *
 * @throws CliError CLI_AUDIT_UNSEALED for a record that no checkpoint covers yet.
 */
export function stretchesOf(
  records: readonly FoundRecord[],
  nodes: ReadonlyMap<string, SealsOfNode>,
  stamped: boolean,
): readonly Stretch[] {
  const stretches: Stretch[] = [];
  const inOrder = records.toSorted((one, other) => one.node.localeCompare(other.node) || one.seq - other.seq);
  for (const record of inOrder) {
    const ends = endsOf(record, nodes.get(record.node), stamped);
    const last = stretches.at(-1);
    const touches = last?.from.node === record.node && record.seq <= last.to;
    const stretch = touches ? last : { from: record, to: 0, checkpoints: new Set<number>() };
    if (!touches) stretches.push(stretch);
    for (const end of ends) stretch.checkpoints.add(end);
    stretch.to = Math.max(stretch.to, ...ends);
  }
  return stretches;
}

function endsOf(record: FoundRecord, seals: SealsOfNode | undefined, stamped: boolean): readonly number[] {
  const sealed = seals?.checkpoints.find((seq) => seq > record.seq);
  if (sealed === undefined) throw unsealed(record);
  const stamp = stamped ? [...(seals?.stamps.keys() ?? [])].find((seq) => seq > record.seq) : undefined;
  return stamp === undefined ? [sealed] : [sealed, stamp];
}

const unsealed = ({ node, seq }: FoundRecord) =>
  new CliError('CLI_AUDIT_UNSEALED', {
    en: `no checkpoint covers the record ${seq} of ${node} yet; try again in a few seconds, or see to its collector`,
    it: `nessun checkpoint copre ancora la registrazione ${seq} di ${node}; riprovare tra qualche secondo, o verificare il collettore`,
  });
