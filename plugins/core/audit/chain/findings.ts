import type { Localized } from '../../errors';

/** Everything that can be wrong with a chain. Codes are public and never renamed; words may improve. */
export const FINDINGS = {
  AUDIT_RECORD_EDITED: text(
    'the record is not what it was when it was written: its hash does not fit its bytes',
    'la registrazione non è quella scritta in origine: il suo hash non corrisponde ai suoi byte',
  ),
  AUDIT_LINE_MALFORMED: text(
    'the line has not the form of a record: it was damaged, or put there',
    'la riga non ha la forma di una registrazione: è stata danneggiata, o inserita',
  ),
  AUDIT_RECORDS_MISSING: text(
    'the records {from} to {to} are missing: they were removed',
    'le registrazioni da {from} a {to} mancano: sono state rimosse',
  ),
  AUDIT_RECORDS_REORDERED: text(
    'the records are not in the order in which they were written; {seq} stands where {from} was due',
    "le registrazioni non sono nell'ordine in cui furono scritte; {seq} sta al posto di {from}",
  ),
  AUDIT_RECORD_REPEATED: text(
    'a second record claims this number: one of the two was inserted or repeated',
    'una seconda registrazione ha questo numero: una delle due è stata inserita o ripetuta',
  ),
  AUDIT_LINK_BROKEN: text(
    'the record does not follow the one before it: one of the two was replaced',
    'la registrazione non segue quella precedente: una delle due è stata sostituita',
  ),
  AUDIT_CHECKPOINT_FORGED: text(
    'the signature of the checkpoint does not hold, or is of another line: it was changed or replaced, or any record since {from} was',
    'la firma del checkpoint non è valida, o è di un’altra riga: è stato alterato o sostituito, o lo è stata una registrazione da {from} in poi',
  ),
  AUDIT_CHECKPOINT_MISSING: text(
    'more than {every} records since {from} without a checkpoint: checkpoints were removed',
    'più di {every} registrazioni da {from} senza checkpoint: i checkpoint sono stati rimossi',
  ),
  AUDIT_SIGNER_UNKNOWN: text(
    'the checkpoint is signed by a key that the chain has not stated ({signer})',
    'il checkpoint è firmato da una chiave che la catena non ha dichiarato ({signer})',
  ),
  AUDIT_SIGNER_UNTRUSTED: text(
    'the checkpoint is signed by {signer}, whom the given anchors or keys do not vouch for',
    'il checkpoint è firmato da {signer}, di cui le ancore o chiavi date non garantiscono',
  ),
  AUDIT_SEGMENT_MISSING: text(
    'the segment with the records {from} to {to} is missing: a file was removed',
    'il segmento con le registrazioni da {from} a {to} manca: un file è stato rimosso',
  ),
  AUDIT_SEGMENT_TRUNCATED: text(
    'the segment ends without its closing checkpoint, though another follows: its end was cut off',
    'il segmento termina senza il checkpoint di chiusura, ma un altro segue: la fine è stata tagliata',
  ),
  AUDIT_SEGMENT_REPEATED: text(
    'the segment holds records that are in the chain already, or not those that its name says: a file was copied or renamed',
    'il segmento contiene registrazioni già nella catena, o non quelle indicate dal nome: un file è stato copiato o rinominato',
  ),
  AUDIT_SEGMENT_FOREIGN: text(
    'the segment belongs to another chain or node ({found})',
    'il segmento appartiene a un’altra catena o nodo ({found})',
  ),
  AUDIT_CHAIN_TRUNCATED: text(
    'the chain ends at {last}, though the checkpoint at {seq} had been signed: its end was cut off or rolled back',
    'la catena termina a {last}, ma il checkpoint a {seq} era stato firmato: la fine è stata tagliata o ripristinata',
  ),
  AUDIT_HEAD_MISSING: text(
    'the file {file}, which names the latest checkpoint, is missing',
    "manca il file {file}, che indica l'ultimo checkpoint",
  ),
  AUDIT_HEAD_FORGED: text(
    'the file {file} does not hold a checkpoint of this chain: it was changed, or the chain was',
    'il file {file} non contiene un checkpoint di questa catena: è stato alterato, o lo è stata la catena',
  ),
  AUDIT_CHAIN_MISSING: text(
    'the chain of the node {missing} is gone: its files were removed',
    'la catena del nodo {missing} è sparita: i suoi file sono stati rimossi',
  ),
  AUDIT_FILE_UNKNOWN: text(
    'a file that no collector has written stands among the segments',
    'tra i segmenti c’è un file che nessun collettore ha scritto',
  ),
  AUDIT_TIMESTAMP_INVALID: text(
    'the time stamp of the checkpoint {of} does not hold: {reason}',
    'la marca temporale del checkpoint {of} non è valida: {reason}',
  ),
  AUDIT_EVIDENCE_MISSING: text(
    'the evidence that the record refers to is not there, nor a proof of its removal ({part}, {evidence})',
    'la prova a cui la registrazione rimanda non c’è, e nulla ne prova la rimozione ({part}, {evidence})',
  ),
  AUDIT_EVIDENCE_EDITED: text(
    'the evidence is not what it was when the record was written ({part}, {evidence})',
    'la prova non è quella che era quando la registrazione fu scritta ({part}, {evidence})',
  ),
  AUDIT_EVIDENCE_REMOVED_EARLY: text(
    'the file with the evidence was removed before its retention was over, by its own proof ({part}, {evidence})',
    'il file con la prova è stato rimosso prima della fine della conservazione, secondo la sua stessa attestazione ({part}, {evidence})',
  ),
} as const satisfies Record<string, Localized>;

function text(en: string, it: string): Localized {
  return { en, it };
}

export type FindingCode = keyof typeof FINDINGS;

export type FindingDetails = Readonly<Record<string, string | number>>;

/** One thing that is wrong, and where. */
export interface Finding {
  readonly code: FindingCode;
  readonly node: string;
  readonly file: string;
  /** Number of the record: the one that is bad, or the first that is missing. */
  readonly seq: number;
  /** Where in the file the line begins, in bytes; absent for what concerns a file as a whole. */
  readonly offset?: number;
  readonly details: FindingDetails;
}

/** A finding in words, in both languages. */
export function findingText({ code, details }: Finding): Localized {
  const filled = (template: string) => template.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(details[name]));
  const { en, it } = FINDINGS[code];
  return { en: filled(en), it: filled(it) };
}
