import { defineConfig } from 'vitest/config';

/** What the mutants have to survive: the suites that need no process, no socket and no build. */
export default defineConfig({
  test: {
    include: [
      'spec/conformance/**/*.spec.ts',
      'spec/plugins/**/*.spec.ts',
      'spec/unit/{token,digest,replay,verify,verify-answer}/**/*.spec.ts',
    ],
    setupFiles: ['spec/support/setup.ts'],
  },
});
