import type { Localized } from '../../core/errors';

/** What a bundle does not hold or does not prove, beside what is said of every bundle. */
export const NOTES = {
  'no-evidence': text(
    'the record refers to no evidence, and says why as evidence.state: only that it was recorded then is proven',
    'la registrazione non rimanda a prove, e dice perché in evidence.state: è provato soltanto che fu registrata allora',
  ),
  'evidence-left-out': text(
    'the record refers to evidence, which was left out: no --evidence was given',
    'la registrazione rimanda a prove, che sono state omesse: non è stato indicato --evidence',
  ),
  'evidence-removed': text(
    'evidence that the record refers to was removed with its file when its retention was over; the record of the removal is here',
    'una prova a cui la registrazione rimanda fu rimossa con il suo file alla fine della conservazione; la registrazione della rimozione è qui',
  ),
  'evidence-missing': text(
    'the file with evidence that the record refers to is gone, and the chain has no record of its removal',
    'il file con una prova a cui la registrazione rimanda non c’è più, e la catena non ha registrazione della sua rimozione',
  ),
  encrypted: text(
    'the evidence is encrypted and was not opened: no --key was given',
    'la prova è cifrata e non è stata aperta: non è stato indicato --key',
  ),
  'no-access-record': text(
    'there is no record of the request itself, only of its evidence',
    'non c’è la registrazione della richiesta, soltanto quella della sua prova',
  ),
  incomplete: text(
    'what had been found out about the request was not known any more when its evidence was written',
    'ciò che era stato accertato sulla richiesta non era più noto quando la prova fu scritta',
  ),
  'signature-removed': text(
    'the token could have been used again, so its signature was never kept: its hash lets whoever issued it prove that it was this one',
    'il token si sarebbe potuto riusare, perciò la firma non fu mai conservata: l’hash permette a chi lo emise di provare che era questo',
  ),
  'not-judged': text(
    'a tracking token came along that nothing had verified; it stands in the evidence as it was sent',
    'è arrivato anche un token di tracciamento che nulla aveva verificato; sta nella prova come fu inviato',
  ),
  'no-key': text(
    'the key of the signature is not in the evidence: get it from who signed',
    'la chiave della firma non è nella prova: va chiesta a chi ha firmato',
  ),
  'no-body': text(
    'the body was not kept; its digest is signed',
    'il corpo non fu conservato; la sua impronta è firmata',
  ),
  unsigned: text('the answer was not signed', 'la risposta non era firmata'),
  'material-not-tied': text(
    'this material is not tied to its id by a hash: it stands here as the store has it',
    'questo materiale non è legato al suo id da un hash: è qui come sta in archivio',
  ),
} as const satisfies Record<string, Localized>;

function text(en: string, it: string): Localized {
  return { en, it };
}

export type NoteCode = keyof typeof NOTES;

/** A note and the part of the bundle it is about, as a path. */
export interface Note {
  readonly code: NoteCode;
  readonly where: string;
}
