import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type Verdicts = ReadonlyMap<string, readonly string[]>;

const pathOf = (file: string): string => join(__dirname, '../../unit', file);

/** The verdicts in a file, by name: each begins with a line `== name` and ends with an empty line. */
export function expectedVerdicts(file: string): Verdicts {
  const blocks = readFileSync(pathOf(file), 'utf8').trimEnd().split('\n\n');
  return new Map(
    blocks.map((block) => {
      const [title = '', ...lines] = block.split('\n');
      return [title.replace(/^== /, ''), lines];
    }),
  );
}

/** Writes the file anew; what has changed is then to be read in the diff, line by line. */
export function writeVerdicts(file: string, verdicts: Verdicts): void {
  const blocks = [...verdicts].map(([name, lines]) => [`== ${name}`, ...lines].join('\n'));
  writeFileSync(pathOf(file), `${blocks.join('\n\n')}\n`);
}
