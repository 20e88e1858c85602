import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { defineConfig } from 'vitest/config';

/** Most mutants die of the first suites, which are quick and pin every text; so these come first, the slow ones last. */
const ORDER = [
  /spec\/unit\/verify\/(?!verdicts)/,
  /spec\/unit\/trust\/(rules|texts|verdicts)/,
  /spec\/unit\/(verify|verify-answer|token)\//,
  /spec\/conformance\//,
  /spec\/unit\//,
];

class QuickFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const index = ORDER.findIndex((place) => place.test(moduleId));
      return index === -1 ? ORDER.length : index;
    };
    return Promise.resolve(files.toSorted((one, other) => rank(one) - rank(other)));
  }
}

/** What the mutants have to survive: the suites that need no process and no build, and count nothing of the process. */
export default defineConfig({
  test: {
    include: [
      'spec/conformance/{corpus,pdnd-corpus,pdnd-vectors,rfc-vectors,dpop-rfc-examples}.spec.ts',
      'spec/plugins/modi-verify/*.spec.ts',
      'spec/unit/{token,trust,verify,verify-answer}/**/*.spec.ts',
      'spec/unit/digest/parse-digest.spec.ts',
      'spec/unit/replay/memory-*.spec.ts',
    ],
    exclude: ['spec/unit/trust/openssl.spec.ts', 'spec/plugins/modi-verify/{redis-store,compat,soft-choices}.spec.ts'],
    setupFiles: ['spec/support/setup.ts', 'spec/support/no-looks.ts'],
    testTimeout: 30_000,
    // One process for all suites of a mutant: loading the libraries anew for each would cost most of the time.
    isolate: false,
    sequence: { sequencer: QuickFirst },
  },
});
