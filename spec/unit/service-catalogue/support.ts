import { beforeAll } from 'vitest';
import { knownPlugins } from '../../../plugins/check';
import { describeProblem } from '../../../plugins/dev';
import { CatalogueError, readCatalogue, type ServiceCatalogue } from '../../../plugins/service-catalogue';

let schemas: Awaited<ReturnType<typeof knownPlugins>>['schemas'] = new Map();
beforeAll(async () => {
  ({ schemas } = await knownPlugins());
});

/** Reads texts as files a.yaml, b.yaml, … of `folder`. */
export const read = (texts: readonly string[], folder = '/nowhere'): ServiceCatalogue =>
  readCatalogue(
    texts.map((text, index) => {
      const name = `${String.fromCharCode(97 + index)}.yaml`;
      return { name, path: `${folder}/${name}`, text };
    }),
    schemas,
  );

/** What is wrong with texts, as a person reads it. */
export function faultsOf(texts: readonly string[], folder?: string): readonly string[] {
  try {
    read(texts, folder);
    return [];
  } catch (error) {
    if (error instanceof CatalogueError) return error.problems.map(describeProblem);
    throw error;
  }
}
