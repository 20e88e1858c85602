import type { CheckedFile, SchemaFault } from './file';
import type { Hit } from './types';

/** What the schemas say of one kind, as hits of a rule. */
export const faultsOf = ({ faults }: CheckedFile, kind: SchemaFault['kind']): readonly Hit[] =>
  faults
    .filter((fault) => fault.kind === kind)
    .map(({ path, place, problem, suggestion }) => ({
      at: path,
      ...(place === undefined ? {} : { place }),
      atKey: kind === 'unknown',
      words: {
        problem,
        name: String(path.at(-1) ?? ''),
        hint: suggestion === undefined ? '' : ` (${suggestion}?)`,
      },
    }));
