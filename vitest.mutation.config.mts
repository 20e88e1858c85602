import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { defineConfig } from 'vitest/config';

/** Most mutants die of the first suites: they are quick, and pin every text. The slow ones come last. */
const ORDER = ['spec/unit/token/', 'spec/unit/verify', 'spec/conformance/', 'spec/unit/', 'spec/plugins/'];

class QuickFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => ORDER.findIndex((folder) => moduleId.includes(folder));
    return Promise.resolve(files.toSorted((one, other) => rank(one) - rank(other)));
  }
}

/** What the mutants have to survive: the suites that need no process and no build. */
export default defineConfig({
  test: {
    include: [
      'spec/conformance/{corpus,pdnd-corpus,pdnd-vectors,rfc-vectors,dpop-rfc-examples}.spec.ts',
      'spec/plugins/modi-verify/*.spec.ts',
      'spec/unit/{token,trust,verify,verify-answer}/**/*.spec.ts',
      'spec/unit/digest/parse-digest.spec.ts',
      'spec/unit/replay/memory-store.spec.ts',
    ],
    exclude: ['spec/unit/trust/openssl.spec.ts', 'spec/plugins/modi-verify/{redis-store,compat}.spec.ts'],
    setupFiles: ['spec/support/setup.ts'],
    testTimeout: 30_000,
    // One process for all suites of a mutant: loading the libraries anew for each would cost most of the time.
    isolate: false,
    sequence: { sequencer: QuickFirst },
  },
});
