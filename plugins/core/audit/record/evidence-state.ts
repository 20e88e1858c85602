import { numberOf, tableOf, textOf, type Table } from './kong-line';
import { isAnsweredByKong } from './outcome';

/** The parts of an exchange that evidence is kept of. */
export type ExchangePart = 'request' | 'answer';

/** What Kong's record lets one expect of the evidence store. */
export interface EvidenceDue {
  readonly parts: readonly ExchangePart[];
  /** Nothing can come that is not due: nobody needs to wait for it. */
  readonly closed: boolean;
}

/**
 * What evidence must be there of an exchange. A request that modi-verify refused never got to modi-audit; an answer that
 * modi-audit refused leaves the evidence of its request; an answer is only kept when the service gave it.
 */
export function evidenceDue(line: Table): EvidenceDue {
  const modi = tableOf(line['modi']);
  const evidence = tableOf(modi['evidence']);
  const kept = textOf(evidence['evidence']);
  if (kept === 'none') return { parts: [], closed: true };
  if (evidence['outcome'] === 'refused') {
    return { parts: evidence['phase'] === 'response' ? ['request'] : [], closed: false };
  }
  // Without a word of modi-audit its process may have died behind the evidence.
  if (kept === undefined) return { parts: [], closed: modi['outcome'] === 'refused' };
  const status = numberOf(tableOf(line['response'])['status']);
  const hasAnswer = !isAnsweredByKong(line) && status !== SWITCHING_PROTOCOLS;
  return { parts: hasAnswer ? ['request', 'answer'] : ['request'], closed: false };
}

/** A websocket has no answer that a plugin could see. */
const SWITCHING_PROTOCOLS = 101;

/** What the collector knows of the store when it writes a record. */
export interface EvidenceFound {
  readonly parts: readonly string[];
  /** That of the request says that modi-audit did not know what it is about. */
  readonly incomplete: boolean;
  /** False when the collector was told of no store. */
  readonly looked: boolean;
  /** modi-audit has said that there was no room in that time. */
  readonly dropped: boolean;
}

/** The member `evidence` of the access record: whether all that was due is there, and if not, why. */
export function evidenceState({ parts: due }: EvidenceDue, found: EvidenceFound): Table {
  const { parts, incomplete, looked, dropped } = found;
  const missing = due.filter((part) => !parts.includes(part));
  if (incomplete) return { state: 'incomplete', ...(missing.length === 0 ? {} : { missing }) };
  if (missing.length === 0) return { state: parts.length === 0 ? 'none' : 'complete' };
  if (!looked) return { state: 'unread', missing };
  if (dropped) return { state: 'dropped', missing };
  return { state: parts.length === 0 ? 'absent' : 'partial', missing };
}
