import { afterAll, expect, it } from 'vitest';
import { expectedVerdicts, writeVerdicts } from './expected';

/** `VERDICTS=write npx vitest run FILE` writes the expectations of a suite anew, to be read in the diff. */
const anew = process.env['VERDICTS'] === 'write';

/** One test per case: its lines are those in the file, and the file holds no other case. */
export function verdicts(
  file: string,
  names: readonly string[],
  make: (name: string) => readonly string[] | Promise<readonly string[]>,
): void {
  const expected = anew ? new Map<string, readonly string[]>() : expectedVerdicts(file);
  const found = new Map<string, readonly string[]>();

  it('are all there', () => {
    if (!anew) expect([...expected.keys()]).toEqual(names);
  });
  it.each(names)('%s', async (name) => {
    const lines = await make(name);
    found.set(name, lines);
    if (!anew) expect(lines).toEqual(expected.get(name));
  });
  afterAll(() => {
    if (anew) writeVerdicts(file, found);
  });
}
