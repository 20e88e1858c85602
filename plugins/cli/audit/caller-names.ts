import { textAt } from './record-fields';

/** Who called, the strongest word first. */
const NAMES = ['id', 'client_id', 'consumer'] as const;

/** Everything that an access record calls the caller, the strongest word first. */
export const callerNames = (record: unknown): readonly string[] =>
  NAMES.flatMap((name) => textAt(record, 'client', name) ?? []);
